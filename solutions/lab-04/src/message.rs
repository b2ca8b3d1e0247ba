//! From frames to messages. No I/O.

use crate::wire::{CloseCode, Head, Role, apply_mask, decode_head, opcode};
use std::mem;

/// Frames in one message. A message can be small and never end: a million empty frames.
pub const MAX_FRAMES: usize = 128 * 1024;

/// What a frame, or several, have brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A text, whole.
    Text(String),
    /// Bytes, whole.
    Binary(Vec<u8>),
    /// To be answered by a pong with the same payload.
    Ping(Vec<u8>),
    /// A sign of life.
    Pong(Vec<u8>),
    /// The goodbye; [`parse_close`](crate::wire::parse_close) reads it.
    Close(Vec<u8>),
}

/// Puts messages together from their frames.
#[derive(Debug)]
pub struct Assembler {
    max: usize,
    // The message so far. Before its first frame it has no opcode.
    opcode: Option<u8>,
    data: Vec<u8>,
    frames: usize,
}

impl Assembler {
    /// For messages of at most `max` bytes.
    pub fn new(max: usize) -> Assembler {
        Assembler { max, opcode: None, data: Vec::new(), frames: 0 }
    }

    // ANCHOR: step_1_push
    /// Takes a frame with its payload, unmasked, and returns the message that it completes.
    ///
    /// Control frames are whole by themselves and may come between the frames of a message.
    ///
    /// # Errors
    /// The code to close the connection with.
    pub fn push(&mut self, head: &Head, payload: Vec<u8>) -> Result<Option<Message>, CloseCode> {
        // ANCHOR: todo_1 control frames at once; else collect until FIN, in order and within bounds
        let opcode = match (head.opcode, self.opcode) {
            (opcode::CLOSE, _) => return Ok(Some(Message::Close(payload))),
            (opcode::PING, _) => return Ok(Some(Message::Ping(payload))),
            (opcode::PONG, _) => return Ok(Some(Message::Pong(payload))),
            (opcode::CONTINUATION, Some(opcode)) => opcode,
            (opcode::TEXT | opcode::BINARY, None) => head.opcode,
            _ => return Err(CloseCode::PROTOCOL_ERROR),
        };
        self.opcode = Some(opcode);
        self.frames += 1;
        self.data.extend(payload);
        if self.data.len() > self.max || self.frames > MAX_FRAMES {
            return Err(CloseCode::TOO_BIG);
        }
        if !head.fin {
            return Ok(None);
        }
        let Assembler { data, .. } = mem::replace(self, Assembler::new(self.max));
        if opcode == opcode::BINARY {
            return Ok(Some(Message::Binary(data)));
        }
        let text = String::from_utf8(data).map_err(|_| CloseCode::INVALID_TEXT)?;
        Ok(Some(Message::Text(text)))
        // ANCHOR_END: todo_1
    }
    // ANCHOR_END: step_1_push
}

/// Reads messages from bytes in whatever pieces they come.
#[derive(Debug)]
pub struct Decoder {
    role: Role,
    max: usize,
    head: Vec<u8>,
    frame: Option<(Head, Vec<u8>)>,
    assembler: Assembler,
    /// How it ended: by a close frame, or by an error.
    ended: Option<Result<(), CloseCode>>,
}

impl Decoder {
    /// For what this side reads, in messages of at most `max` bytes.
    pub fn new(role: Role, max: usize) -> Decoder {
        let assembler = Assembler::new(max);
        Decoder { role, max, head: Vec::new(), frame: None, assembler, ended: None }
    }

    // ANCHOR: decoder
    /// Takes the next bytes and adds the messages that they complete. Those before an error count.
    /// After a [`Message::Close`] nothing counts: who says goodbye has said all (RFC 6455 §5.5.1).
    ///
    /// # Errors
    /// The code to close the connection with. What follows can't be understood any more, so from
    /// then on it is always this one.
    pub fn push(&mut self, bytes: &[u8], messages: &mut Vec<Message>) -> Result<(), CloseCode> {
        if self.ended.is_none()
            && let Err(code) = self.read(bytes, messages)
        {
            self.ended = Some(Err(code));
        }
        self.ended.unwrap_or(Ok(()))
    }

    /// The same, up to a close frame or an error.
    fn read(&mut self, mut bytes: &[u8], messages: &mut Vec<Message>) -> Result<(), CloseCode> {
        while let [first, rest @ ..] = bytes {
            match &mut self.frame {
                None => {
                    // A head has at most 14 bytes: one by one is quick enough, and exact.
                    self.head.push(*first);
                    bytes = rest;
                    if let Some(head) = decode_head(&self.head, self.role, self.max)? {
                        self.head.clear();
                        self.frame = Some((head, Vec::new()));
                    }
                }
                Some((head, payload)) => {
                    let offset = payload.len();
                    let (mine, rest) = bytes.split_at(bytes.len().min(head.length - offset));
                    bytes = rest;
                    payload.extend(mine);
                    if let Some(key) = head.mask {
                        apply_mask(&mut payload[offset..], key, offset);
                    }
                }
            }
            let whole = |(head, payload): &mut (Head, Vec<u8>)| payload.len() == head.length;
            if let Some((head, payload)) = self.frame.take_if(whole) {
                messages.extend(self.assembler.push(&head, payload)?);
                if head.opcode == opcode::CLOSE {
                    self.ended = Some(Ok(()));
                    break;
                }
            }
        }
        Ok(())
    }
    // ANCHOR_END: decoder
}
