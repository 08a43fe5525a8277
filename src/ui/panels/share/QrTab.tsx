import { Download } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useEngine } from "../../engine/context.ts";
import { download, fileName } from "../../engine/download.ts";
import { makeLink } from "../../engine/links.ts";
import { count } from "../../format.ts";
import { useUi } from "../../store/store.ts";
import { DENSE_QR_BYTES, MAX_QR_BYTES, qrPicture, qrSvg } from "./qr.ts";

/** The link for those who sit in front of the screen. */
export default function QrTab({ link: whole }: { readonly link: string }) {
  const { t } = useTranslation();
  const engine = useEngine();
  // A code holds little: a program that the page has is named in it, not carried.
  const [link, setLink] = useState<string | null>(null);
  useEffect(() => {
    let late = false;
    void makeLink(engine, false, true)
      .catch(() => null)
      .then((short) => !late && setLink(short ?? whole));
    return () => {
      late = true;
    };
  }, [engine, whole]);
  if (link === null) return <p role="status">{t("share.making")}</p>;
  return <QrCode link={link} />;
}

function QrCode({ link }: { readonly link: string }) {
  const { t } = useTranslation();
  const language = useUi((state) => state.language);
  const main = useUi((state) => state.document?.main ?? "");
  const picture = useMemo(() => qrPicture(link), [link]);
  const size = count(link.length, language);
  if (picture === null) {
    return (
      <p className="notice warn" role="status">
        {t("share.qrTooLong", { size, most: count(MAX_QR_BYTES, language) })}
      </p>
    );
  }
  return (
    <div className="qr">
      <svg
        viewBox={`0 0 ${picture.side} ${picture.side}`}
        shapeRendering="crispEdges"
        role="img"
        aria-label={t("share.qrLabel")}
      >
        <path className="qr-ground" d={`M0 0h${picture.side}v${picture.side}H0z`} />
        <path className="qr-modules" d={picture.path} />
      </svg>
      <p>
        {t("share.qrHelp")} {link.length > DENSE_QR_BYTES && t("share.qrDense", { size })}
      </p>
      <button
        type="button"
        className="button"
        onClick={() => download(new Blob([qrSvg(picture)], { type: "image/svg+xml" }), fileName(main, "qr", "svg"))}
      >
        <Download aria-hidden="true" />
        <span>{t("share.saveSvg")}</span>
      </button>
    </div>
  );
}
