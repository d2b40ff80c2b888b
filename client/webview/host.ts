import { type FromPage, PageState, parse, ToPage } from "../src/lessons/messages.ts";

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: PageState): void;
};

export interface Host {
  post(message: FromPage): void;
  /** What was kept across a reload; `undefined` at first and where it is damaged. */
  state(): PageState | undefined;
  keep(state: PageState): void;
}

/** The extension on the other side; may be called once. A message that is not of the agreed shape is dropped. */
export function connect(receive: (message: ToPage) => void): Host {
  const api = acquireVsCodeApi();
  window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    const message = parse(ToPage, data);
    if (message !== undefined) receive(message);
  });
  return {
    post: (message) => api.postMessage(message),
    state: () => parse(PageState, api.getState()),
    keep: (state) => api.setState(state),
  };
}
