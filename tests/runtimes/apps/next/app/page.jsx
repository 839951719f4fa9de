// A component of the server, which uses the client there.
import { codeChallenge } from "eiam-token";
import { Checks } from "./checks";

export default function Page() {
  return (
    <>
      <output>{codeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")}</output>
      <Checks />
    </>
  );
}
