//! Prints the JSON Schema of the issuer's configuration, for `npm run generate`.

use eiam_token::issuer::Config;

fn main() {
    print!("{}", Config::schema());
}
