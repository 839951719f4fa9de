// The smallest application worth measuring: signs a user in by code and PKCE, and refreshes.
import { Client, generatePkce } from "eiam-token";

export { Client, generatePkce };
