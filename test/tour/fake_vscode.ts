/** As much of the `vscode` module as the guided migration's steps and texts use. */

/** What the code under test said to the person, and how they answer. */
export const seen = {
  messages: [] as string[],
  /** The button that is pressed on a message; none stays open. */
  press: undefined as string | undefined,
};

export const l10n = {
  t: (text: string, ...values: unknown[]) =>
    text.replaceAll(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)])),
};

export const window = {
  async showInformationMessage(text: string, button: string) {
    seen.messages.push(text);
    return seen.press === button ? button : undefined;
  },
  setStatusBarMessage(text: string) {
    seen.messages.push(text);
  },
};

export class MarkdownString {
  readonly value: string;
  isTrusted: unknown;
  supportHtml: unknown;
  constructor(value: string) {
    this.value = value;
  }
}
