/**
 * What is answered when the issuer cannot answer: a page for people, JSON for programs.
 *
 * @param {Request} request
 * @param {string} home
 * @param {unknown} error
 */
export function failure(request, home, error) {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (request.mode !== "navigate") {
    return Response.json(
      { error: "server_error", error_description: `The issuer in the service worker failed: ${reason}` },
      { status: 500 },
    );
  }
  return new Response(page(home, reason), {
    status: 500,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'",
    },
  });
}

function page(home, reason) {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The issuer failed</title>
<link rel="stylesheet" href="${escaped(home)}style.css">
<main class="alone">
<h1>The issuer could not answer</h1>
<p>${escaped(reason)}</p>
<p>Go <a href="${escaped(home)}">back to the demo</a> and press “Start over”, which makes a new issuer.</p>
</main>`;
}

function escaped(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
