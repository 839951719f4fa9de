// The issuer, wherever the application has no page.
import { Issuer, exampleConfig } from "eiam-token/issuer";

let issuer;

async function answer(request) {
  // Where it is seen from outside: `request.url` says "localhost" in Next, whatever was asked.
  issuer ??= Issuer.create(exampleConfig(`http://${request.headers.get("host")}`));
  return (await issuer).fetch(request);
}

export { answer as GET, answer as POST };
