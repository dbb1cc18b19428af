export function BrowserPage() {
  return <h1>b</h1>;
}
