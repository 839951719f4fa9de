// A resource server with all that its entry has.
export * from "eiam-token/resource";
