import { expect, test } from "./fixture.js";

test("a user who is not signed in sees the form", async ({ page, issuer }) => {
  const query = new URLSearchParams({
    client_id: "spa",
    response_type: "code",
    redirect_uri: `${issuer.url}/callback`,
    scope: "openid",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  await page.goto(`${issuer.clients.spa.authorizationEndpoint}?${query}`);
  await expect(page.locator("input[type=password]")).toBeVisible();
});
