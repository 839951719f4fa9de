//! Randomness from the host, drawn in blocks: a call into JavaScript costs more than a challenge.

use std::cell::RefCell;

use wasm_bindgen::JsValue;
use zeroize::Zeroize;

use crate::random;

/// Takes `N` octets that nobody has had before; they are wiped from the block.
pub(super) fn take<const N: usize>() -> Result<[u8; N], JsValue> {
    let mut taken = [0; N];
    match BLOCK.try_with(|block| block.try_borrow_mut().map(|mut block| block.take(&mut taken))) {
        Ok(Ok(Ok(()))) => Ok(taken),
        _ => Err(JsValue::from_str("the host gives no randomness")),
    }
}

struct Block {
    octets: [u8; SIZE],
    unused: usize,
}

impl Block {
    fn take(&mut self, taken: &mut [u8]) -> Result<(), random::Error> {
        if self.unused < taken.len() {
            self.octets = random::bytes()?;
            self.unused = SIZE;
        }
        let unused = self.octets.iter_mut().skip(SIZE - self.unused);
        for (to, from) in taken.iter_mut().zip(unused) {
            *to = *from;
            from.zeroize();
        }
        self.unused -= taken.len();
        Ok(())
    }
}

const SIZE: usize = 4096;

thread_local! {
    static BLOCK: RefCell<Block> = const { RefCell::new(Block { octets: [0; SIZE], unused: 0 }) };
}
