//! Step 1: Where does one message end? First half: the head of a frame, and its mask.

use super::{BINARY, CLOSE, LAB, PING, TEXT};
use harness::{Rule, calling, costing, expect_eq, expect_hex, frame, hex};
use lab::wire::{CloseCode, Head, Role, apply_mask, decode_head, encode};

/// The masking key of RFC 6455 §5.7.
const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// What it costs when a frame isn't what `encode` was asked for.
const MISREAD: &str = "The other side reads another frame than you meant: it closes the connection, waits for bytes \
     that never come, or hears noise.";

#[test]
fn step_1_frame_head_three_lengths_and_no_longer_than_needed() {
    LAB.check(
        Rule {
            place: "wire.rs, `encode` and `decode_head`",
            text: "a length up to 125 takes 7 bits, up to 65535 two more bytes, else eight; big-endian",
            source: "RFC 6455 §5.2",
            cost: "Short messages work, in every test. The first long one ends the connection.",
        },
        || {
            for (length, want) in [
                (0, &[BINARY, 0][..]),
                (5, &[BINARY, 5]),
                (125, &[BINARY, 125]),
                (126, &[BINARY, 126, 0, 126]),
                (256, &[BINARY, 126, 1, 0]),
                (65_535, &[BINARY, 126, 0xff, 0xff]),
                (65_536, &[BINARY, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
                (70_000, &[BINARY, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]),
            ] {
                let payload = vec![b'x'; length];
                let want = [want, &payload].concat();
                let did = format!("encode(2, {length} bytes, None) gave");
                expect_hex(&did, encode(2, &payload, None), &want);
                let size = want.len() - length;
                let head = Head { fin: true, opcode: 2, length, mask: None, size };
                decodes(&want[..size], Role::Client, Ok(Some(head)));
                let did = format!("encode(2, {length} bytes, Some(37 fa 21 3d)) gave");
                costing(MISREAD, || {
                    expect_hex(&did, encode(2, &payload, Some(KEY)), frame(BINARY, &payload));
                });
            }
            // A length in a longer form than it needs.
            costing("What you refuse and your peer accepts, or the other way round, is a way past a filter.", || {
                for long in [
                    &[BINARY, 126, 0, 5][..],
                    &[BINARY, 126, 0, 125],
                    &[BINARY, 127, 0, 0, 0, 0, 0, 0, 0, 5],
                    &[BINARY, 127, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
                ] {
                    decodes(long, Role::Client, Err(CloseCode::PROTOCOL_ERROR));
                }
                // The highest bit of the eight bytes must be 0.
                let negative = [BINARY, 127, 0x80, 0, 0, 0, 0, 0, 0, 0];
                decodes(&negative, Role::Client, Err(CloseCode::PROTOCOL_ERROR));
            });
        },
    );
}

#[test]
fn step_1_frame_head_clients_mask_and_servers_do_not() {
    LAB.check(
        Rule {
            place: "wire.rs, `encode` and `decode_head`",
            text: "a client masks every frame, a server none; a side that reads the other thing closes with 1002",
            source: "RFC 6455 §5.1 and §5.7",
            cost: MISREAD,
        },
        || {
            let unmasked = b"\x81\x05Hello";
            let masked = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58";
            expect_hex("encode(1, \"Hello\", None) gave", encode(1, b"Hello", None), unmasked);
            let did = "encode(1, \"Hello\", Some(37 fa 21 3d)) gave";
            expect_hex(did, encode(1, b"Hello", Some(KEY)), masked);
            expect_hex("with the key 01 02 03 04, encode gave", encode(1, b"Hello", Some([1, 2, 3, 4])), b"\x81\x85\x01\x02\x03\x04Igohn");
            expect_hex("encode(9, \"\", Some(…)) gave", encode(9, b"", Some(KEY)), b"\x89\x80\x37\xfa\x21\x3d");

            costing("What comes is read as another frame, or is refused.", || {
                let head = Head { fin: true, opcode: 1, length: 5, mask: None, size: 2 };
                decodes(unmasked, Role::Client, Ok(Some(head)));
                let head = Head { mask: Some(KEY), size: 6, ..head };
                decodes(masked, Role::Server, Ok(Some(head)));
            });
            costing("A page could choose what bytes are on the wire, and trick a proxy into a cached lie.", || {
                decodes(unmasked, Role::Server, Err(CloseCode::PROTOCOL_ERROR));
            });
            costing("A server that masks by mistake isn't told so, and no browser can talk to it.", || {
                decodes(masked, Role::Client, Err(CloseCode::PROTOCOL_ERROR));
            });
        },
    );
}

#[test]
fn step_1_frame_head_the_mask_goes_on_across_reads() {
    LAB.check(
        Rule {
            place: "wire.rs, `apply_mask`",
            text: "byte i of the payload is XORed with byte i mod 4 of the key, also in the next read",
            source: "RFC 6455 §5.3",
            cost: "BERLIN 25.5 arrives as BERF��<8��): only on slow networks, only long messages.",
        },
        || {
            let text = b"BERLIN 25.5";
            let masked = b"\x75\xbf\x73\x71\x7e\xb4\x01\x0f\x02\xd4\x14";
            let mut whole = masked.to_vec();
            calling("apply_mask(…, 0)", || apply_mask(&mut whole, KEY, 0));
            expect_hex("the payload in one read was unmasked to", whole, text);
            for cut in 0..text.len() {
                let mut payload = masked.to_vec();
                let (first, second) = payload.split_at_mut(cut);
                apply_mask(first, KEY, 0);
                apply_mask(second, KEY, cut);
                let did = format!("in reads of {cut} and {} bytes it was unmasked to", text.len() - cut);
                expect_hex(&did, payload, text);
            }
        },
    );
}

#[test]
fn step_1_frame_head_reserved_bits_and_opcodes_fail() {
    LAB.check(
        Rule {
            place: "wire.rs, `decode_head`",
            text: "a reserved bit that nobody agreed on, or an opcode that nobody knows, closes with 1002",
            source: "RFC 6455 §5.2",
            cost: "Compressed bytes are shown as text; a later version's frames as chat.",
        },
        || {
            for first in [0xc1, 0xa1, 0x91] {
                decodes(&[first, 0], Role::Client, Err(CloseCode::PROTOCOL_ERROR));
            }
            for opcode in (3..=7).chain(11..=15) {
                decodes(&[0x80 | opcode, 0], Role::Client, Err(CloseCode::PROTOCOL_ERROR));
            }
            for opcode in [0, 1, 2, 8, 9, 10] {
                let head = Head { fin: true, opcode, length: 0, mask: None, size: 2 };
                costing("A part of the protocol is missing: the connection ends at the first such frame.", || {
                    decodes(&[0x80 | opcode, 0], Role::Client, Ok(Some(head)));
                });
            }
            // The first piece of a message.
            let head = Head { fin: false, opcode: 1, length: 0, mask: None, size: 2 };
            costing("Half a message is shown as a whole one.", || {
                decodes(&[0x01, 0], Role::Client, Ok(Some(head)));
            });
        },
    );
}

#[test]
fn step_1_frame_head_control_frames_are_short_and_whole() {
    LAB.check(
        Rule {
            place: "wire.rs, `decode_head`",
            text: "close, ping and pong have at most 125 bytes and come in one piece",
            source: "RFC 6455 §5.5",
            cost: "A ping as long as a film has to be sent back, before anything else.",
        },
        || {
            for first in [CLOSE, PING, 0x8a] {
                decodes(&[first, 126, 0, 126], Role::Client, Err(CloseCode::PROTOCOL_ERROR));
                costing("A ping that is never finished waits for the pieces of a message, or takes one for its own.", || {
                    decodes(&[first & 0x0f, 0], Role::Client, Err(CloseCode::PROTOCOL_ERROR));
                });
                let head =
                    Head { fin: true, opcode: first & 0x0f, length: 125, mask: None, size: 2 };
                costing("A peer whose pings are numbered, or long, is refused.", || {
                    decodes(&[first, 125], Role::Client, Ok(Some(head)));
                });
            }
        },
    );
}

#[test]
fn step_1_frame_head_a_declared_giant_fails_at_once() {
    LAB.check(
        Rule {
            place: "wire.rs, `decode_head`",
            text: "a length over the limit is refused when it is announced, with 1009",
            source: "RFC 6455 §10.4",
            cost: "You would wait, and buffer, until the memory is full. The attacker sends 14 bytes, then a film.",
        },
        || {
            let giant = b"\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x37\xfa\x21\x3d";
            for cut in [giant.len(), 10] {
                decodes(&giant[..cut], Role::Server, Err(CloseCode::TOO_BIG));
            }
            decodes(&[TEXT, 0xfe, 0x10, 0x01, 1, 2, 3, 4], Role::Server, Err(CloseCode::TOO_BIG));
            // Four gigabytes and five bytes: as a `u32` it is 5.
            costing("The next four gigabytes are read as frames, and the sender has chosen them.", || {
                let long = [BINARY, 0xff, 0, 0, 0, 1, 0, 0, 0, 5, 1, 2, 3, 4];
                decodes(&long, Role::Server, Err(CloseCode::TOO_BIG));
            });
            // Exactly the limit is fine.
            let head =
                Head { fin: true, opcode: 1, length: 4096, mask: Some([1, 2, 3, 4]), size: 8 };
            costing("A message of just the size that you promise is refused.", || {
                decodes(&[TEXT, 0xfe, 0x10, 0, 1, 2, 3, 4], Role::Server, Ok(Some(head)));
            });
        },
    );
}

#[test]
fn step_1_frame_head_every_cut_needs_more() {
    LAB.check(
        Rule {
            place: "wire.rs, `decode_head`",
            text: "a head that isn't whole is `Ok(None)`: no error, and no guess; what follows doesn't matter",
            source: "RFC 9293 §3.8: TCP carries bytes, and cuts them anywhere",
            cost: "On localhost it never happens. On a train, a good connection is closed every few minutes.",
        },
        || {
            let heads: [(&[u8], usize); 4] = [
                (b"\x81\x85\x37\xfa\x21\x3d", 5),
                (b"\x82\xfe\x01\x00\x37\xfa\x21\x3d", 256),
                (b"\x82\xfe\x0f\xff\x37\xfa\x21\x3d", 4095),
                (b"\x8a\x80\x37\xfa\x21\x3d", 0),
            ];
            for (bytes, length) in heads {
                for cut in 0..bytes.len() {
                    decodes(&bytes[..cut], Role::Server, Ok(None));
                }
                let opcode = bytes[0] & 0x0f;
                let head = Head { fin: true, opcode, length, mask: Some(KEY), size: bytes.len() };
                decodes(bytes, Role::Server, Ok(Some(head)));
                decodes(&[bytes, &[0xff; 9]].concat(), Role::Server, Ok(Some(head)));
            }
            let long = [BINARY, 127, 0, 0, 0, 0, 0, 1, 0, 0];
            for cut in 0..long.len() {
                decodes(&long[..cut], Role::Client, Ok(None));
            }
        },
    );
}

/// Fails unless these bytes are read as this head. The limit is 4096 bytes for a server, and
/// generous for a client.
#[track_caller]
fn decodes(bytes: &[u8], role: Role, want: Result<Option<Head>, CloseCode>) {
    let max = if role == Role::Server { 4096 } else { 1 << 20 };
    let did = format!("decode_head({}, {role:?}, max {max})", hex(bytes));
    let got = calling(&did, || decode_head(bytes, role, max));
    expect_eq(&format!("{did} gave"), got, want);
}
