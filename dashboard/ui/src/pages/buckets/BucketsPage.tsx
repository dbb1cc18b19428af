export function BucketsPage() {
  return <h1>b</h1>;
}
