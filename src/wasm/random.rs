//! Randomness from the host, drawn in blocks: a call into JavaScript costs more than a challenge.

use std::cell::RefCell;

use wasm_bindgen::JsValue;
use zeroize::Zeroize;

use crate::random;

/// Takes `N` octets that nobody has had before; they are wiped from the block.
pub(super) fn take<const N: usize>() -> Result<[u8; N], JsValue> {
    BLOCK.with_borrow_mut(|block| {
        if block.unused < N {
            block.octets =
                random::bytes().map_err(|_| JsValue::from_str("the host gives no randomness"))?;
            block.unused = SIZE;
        }
        let start = SIZE - block.unused;
        let mut taken = [0; N];
        for (to, from) in taken.iter_mut().zip(block.octets.iter_mut().skip(start)) {
            *to = *from;
            from.zeroize();
        }
        block.unused -= N;
        Ok(taken)
    })
}

struct Block {
    octets: [u8; SIZE],
    unused: usize,
}

const SIZE: usize = 4096;

thread_local! {
    static BLOCK: RefCell<Block> = const { RefCell::new(Block { octets: [0; SIZE], unused: 0 }) };
}
