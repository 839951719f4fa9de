// What a test issuer of the seed "golden" gives, as SHA-256. Written by update-golden.mjs.
export const GOLDEN = {
  RS256: {
    user: "40910fff0064955d507c62d8a925bc00812b1c43f6732a021734600c91fab9d2",
    client: "f169aefb86f15e68e928bb8fcfa5ef11bd0eff602d3966f59603c042582a38f8",
    device: "6c7fcf2301ecfd7bb9bd7da4ab322870ff5b4de38856fe628f2b446d67abf9c5",
    cookies: "47f01dc508402e7a9ab2e29a8e4aeabbb7dc1fa1ecd3afc7147d94f777b0522f",
    keys: "e6392d96ec98aadc0b3aa65680ebfecec5c1c429e2221f0fe66a32be612d8c6b",
    later: "4b9a8e4ca4042835c98568a9345132fddaff88d59ecb9a7b77cd38afa98a727c",
  },
  EdDSA: {
    user: "30ae307616883ef2656e810ddbdc302b42dfd63d8dd60d48b4561c32d23a4a4b",
    client: "f169aefb86f15e68e928bb8fcfa5ef11bd0eff602d3966f59603c042582a38f8",
    device: "6c7fcf2301ecfd7bb9bd7da4ab322870ff5b4de38856fe628f2b446d67abf9c5",
    cookies: "47f01dc508402e7a9ab2e29a8e4aeabbb7dc1fa1ecd3afc7147d94f777b0522f",
    keys: "480514e3ac0e622f55fc7758c5f15a9d668d9641d70289fa71bcfc53449f7b15",
    later: "6d8934f4f154d4466952d6daf9254db8152a5c213c3d72a5d0125059365046c3",
  },
};
