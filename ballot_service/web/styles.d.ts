// Style sheets that a script brings along; the bundler writes them to files of their own.

declare module "*.css";
/** The bundler reads it in. */
declare module "*.txt" {
  const text: string;
  export default text;
}
declare module "htmx.org";
declare module "@fontsource-variable/noto-sans-sc/wght.css";
