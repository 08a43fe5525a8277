import { Component, type ReactNode } from "react";
import { type WithTranslation, withTranslation } from "react-i18next";

interface Props extends WithTranslation {
  readonly children: ReactNode;
}

/** Keeps an error of one panel in that panel: the rest of the page, and the reader's text, stay. */
class Boundary extends Component<Props, { readonly message: string | null }> {
  override state = { message: null };

  static getDerivedStateFromError(error: unknown): { message: string } {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { message } = this.state;
    const { t, children } = this.props;
    if (message === null) return children;
    return (
      <div className="empty" role="alert">
        <p>{t("crash.panel")}</p>
        <code>{message}</code>
        <button type="button" className="button" onClick={() => this.setState({ message: null })}>
          {t("crash.again")}
        </button>
      </div>
    );
  }
}

export default withTranslation()(Boundary);
