/** What VS Code's four default themes give a webview: the class of its body and the variables that the lessons use. */
export const THEMES = {
  light: {
    bodyClass: "vscode-light",
    variables: {
      "editor-background": "#ffffff",
      "editor-foreground": "#3b3b3b",
      foreground: "#3b3b3b",
      descriptionForeground: "#3b3b3b",
      "textCodeBlock-background": "#f8f8f8",
      "widget-border": "#e5e5e5",
      "textLink-foreground": "#005fb8",
      focusBorder: "#005fb8",
      "button-background": "#005fb8",
      "button-foreground": "#ffffff",
      "button-hoverBackground": "#0258a8",
      "button-border": "rgba(0, 0, 0, 0.1)",
      "list-hoverBackground": "#f2f2f2",
      "editorWidget-background": "#f8f8f8",
      "editorWidget-foreground": "#3b3b3b",
      "widget-shadow": "rgba(0, 0, 0, 0.16)",
      "charts-blue": "#1a85ff",
      "charts-purple": "#652d90",
      "charts-orange": "#d18616",
      "charts-green": "#388a34",
      "charts-red": "#e51400",
    },
  },
  dark: {
    bodyClass: "vscode-dark",
    variables: {
      "editor-background": "#1f1f1f",
      "editor-foreground": "#cccccc",
      foreground: "#cccccc",
      descriptionForeground: "#9d9d9d",
      "textCodeBlock-background": "#2b2b2b",
      "widget-border": "#313131",
      "textLink-foreground": "#4daafc",
      focusBorder: "#0078d4",
      "button-background": "#0078d4",
      "button-foreground": "#ffffff",
      "button-hoverBackground": "#026ec1",
      "button-border": "rgba(255, 255, 255, 0.07)",
      "list-hoverBackground": "#2a2d2e",
      "editorWidget-background": "#202020",
      "editorWidget-foreground": "#cccccc",
      "widget-shadow": "rgba(0, 0, 0, 0.36)",
      "charts-blue": "#3794ff",
      "charts-purple": "#b180d7",
      "charts-orange": "#d18616",
      "charts-green": "#89d185",
      "charts-red": "#f14c4c",
    },
  },
  "high contrast dark": {
    bodyClass: "vscode-high-contrast",
    variables: {
      "editor-background": "#000000",
      "editor-foreground": "#ffffff",
      foreground: "#ffffff",
      descriptionForeground: "rgba(255, 255, 255, 0.7)",
      "textCodeBlock-background": "#000000",
      "widget-border": "#6fc3df",
      contrastBorder: "#6fc3df",
      contrastActiveBorder: "#f38518",
      "textLink-foreground": "#21a6ff",
      focusBorder: "#f38518",
      "button-foreground": "#ffffff",
      "button-border": "#6fc3df",
      "list-hoverBackground": "rgba(255, 255, 255, 0.1)",
      "editorWidget-background": "#0c141f",
      "editorWidget-foreground": "#ffffff",
      "charts-blue": "#3794ff",
      "charts-purple": "#b180d7",
      "charts-orange": "#ab5a00",
      "charts-green": "#89d185",
      "charts-red": "#f48771",
    },
  },
  "high contrast light": {
    bodyClass: "vscode-high-contrast-light vscode-high-contrast",
    variables: {
      "editor-background": "#ffffff",
      "editor-foreground": "#292929",
      foreground: "#292929",
      descriptionForeground: "rgba(41, 41, 41, 0.7)",
      "textCodeBlock-background": "#f2f2f2",
      "widget-border": "#0f4a85",
      contrastBorder: "#0f4a85",
      contrastActiveBorder: "#006bbd",
      "textLink-foreground": "#0f4a85",
      focusBorder: "#006bbd",
      "button-background": "#0f4a85",
      "button-foreground": "#ffffff",
      "button-border": "#0f4a85",
      "button-hoverBackground": "#0f4a85",
      "list-hoverBackground": "rgba(15, 74, 133, 0.1)",
      "editorWidget-background": "#ffffff",
      "editorWidget-foreground": "#292929",
      "charts-blue": "#1a85ff",
      "charts-purple": "#652d90",
      "charts-orange": "#0f4a85",
      "charts-green": "#374e06",
      "charts-red": "#b5200d",
    },
  },
} as const;

export type ThemeName = keyof typeof THEMES;
export const THEME_NAMES = Object.keys(THEMES) as ThemeName[];

export interface Theme {
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Runs in the page: gives it a theme in the place of the one that it has. */
export function wear({ bodyClass, variables }: Theme): void {
  const { style } = document.documentElement;
  for (const name of [...style]) if (name.startsWith("--vscode-")) style.removeProperty(name);
  for (const [name, value] of Object.entries(variables)) style.setProperty(`--vscode-${name}`, value);
  document.body.className = bodyClass;
}
