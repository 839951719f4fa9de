//! Changes to the texts of [`exchange`](crate::exchange) that leave them requests: bytes changed at
//! random seldom make a request after another one into a third that means something.

use std::sync::LazyLock;

use crate::exchange::SEPARATOR;

/// Changes an input in place and gives its new size: at random, by requests and parameters, or to
/// one of the whole flows with a few such changes. The last finds what is one step off a good flow,
/// which what is kept for its new edges is not any more.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut random = Random(seed);
    let mut input = match random.below(4) {
        0 | 1 => return libfuzzer_sys::fuzzer_mutate(data, size, max_size),
        2 => changed(&data[..size], &mut random),
        _ => FLOWS[random.below(FLOWS.len())].to_vec(),
    };
    for _ in 0..random.below(3) {
        input = changed(&input, &mut random);
    }
    let size = input.len().min(max_size);
    data[..size].copy_from_slice(&input[..size]);
    size
}

fn changed(input: &[u8], random: &mut Random) -> Vec<u8> {
    let mut requests: Vec<Vec<u8>> = split(input, SEPARATOR);
    let (one, other) = (random.below(requests.len()), random.below(requests.len()));
    match random.below(8) {
        0 => requests.swap(one, other),
        1 => requests.insert(other, requests[one].clone()),
        2 if requests.len() > 1 => drop(requests.remove(one)),
        3 => requests[one] = delayed(&requests[one], random),
        _ => requests[one] = with_other_parameters(&requests[one], random),
    }
    requests.join(SEPARATOR)
}

/// The same request a while later.
fn delayed(request: &[u8], random: &mut Random) -> Vec<u8> {
    let delay = ["+1 ", "+6 ", "+61 ", "+1201 ", "+86401 "];
    [random.one(&delay).as_bytes(), request].concat()
}

/// The same request with a parameter more, one less, or another value.
fn with_other_parameters(request: &[u8], random: &mut Random) -> Vec<u8> {
    let is_boundary = |byte: &u8| b"&?\n".contains(byte);
    let mut pieces: Vec<Vec<u8>> =
        request.split_inclusive(is_boundary).map(<[u8]>::to_vec).collect();
    let Some(at) = random.below(pieces.len() + 1).checked_sub(1) else { return request.to_vec() };
    match random.below(3) {
        0 => pieces.insert(at, format!("{}{}&", random.one(&NAMES), random.one(&VALUES)).into()),
        1 => drop(pieces.remove(at)),
        _ => {
            let piece = &mut pieces[at];
            let end =
                if piece.last().is_some_and(is_boundary) { piece.len() - 1 } else { piece.len() };
            let start = piece.iter().position(|byte| *byte == b'=').map_or(end, |sign| sign + 1);
            if start <= end {
                piece.splice(start..end, random.one(&VALUES).bytes());
            }
        }
    }
    pieces.concat()
}

fn split(input: &[u8], separator: &[u8]) -> Vec<Vec<u8>> {
    let mut pieces = vec![Vec::new()];
    let mut rest = input;
    while let Some((first, after)) = rest.split_first() {
        if let Some(after) = rest.strip_prefix(separator) {
            pieces.push(Vec::new());
            rest = after;
        } else {
            pieces.last_mut().expect("a piece").push(*first);
            rest = after;
        }
    }
    pieces
}

/// Those of the seeds in which somebody gets something.
const FLOWS: [&[u8]; 10] = [
    include_bytes!("../corpus/issuer/device"),
    include_bytes!("../corpus/issuer/form_post"),
    include_bytes!("../corpus/issuer/implicit"),
    include_bytes!("../corpus/issuer/machine"),
    include_bytes!("../corpus/issuer/password"),
    include_bytes!("../corpus/issuer/pushed"),
    include_bytes!("../corpus/issuer/sign_out"),
    include_bytes!("../corpus/issuer/single_page_app"),
    include_bytes!("../corpus/issuer/web_app"),
    include_bytes!("../corpus/issuer/web_app_query"),
];

/// The words of the dictionary that name a parameter, with their `=`.
static NAMES: LazyLock<Vec<&str>> =
    LazyLock::new(|| words().filter(|word| word.ends_with('=')).collect());

/// Those that can be its value.
static VALUES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    words().filter(|word| !word.contains(['=', ' ', '\\']) || word.starts_with('{')).collect()
});

fn words() -> impl Iterator<Item = &'static str> {
    let lines = include_str!("../dictionaries/issuer.dict").lines();
    lines.filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'))
}

/// Marsaglia's xorshift: libFuzzer gives a seed for each change.
struct Random(u32);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 as usize % limit.max(1)
    }

    fn one<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }
}
