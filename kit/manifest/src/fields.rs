//! Takes fields out of TOML's tables, and says where one is missing, unknown or of another kind.
//!
//! By hand and not with serde: the labs' tests read the file, too, and a deserializer for each struct
//! would be most of what they link.

use crate::error::Mistake;
use std::fmt::Display;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table of the file.
pub(crate) struct Fields<'a> {
    text: &'a str,
    table: &'a DeTable<'a>,
    /// Its place in the text: that of its heading.
    pub place: Range<usize>,
}

/// A value with its place.
type Value<'a> = &'a Spanned<DeValue<'a>>;

impl<'a> Fields<'a> {
    /// The whole file.
    pub fn of_file(text: &'a str, table: &'a DeTable<'a>, known: &[&str]) -> Result<Self, Mistake> {
        Fields { text, table, place: 0..0 }.knowing(known)
    }

    /// Makes sure that there is no other field than these.
    fn knowing(self, known: &[&str]) -> Result<Self, Mistake> {
        match self.table.keys().find(|key| !known.contains(&key.get_ref().as_ref())) {
            None => Ok(self),
            Some(key) => {
                let known = known.join("`, `");
                let text = format!("unknown field `{}`, expected one of `{known}`", key.get_ref());
                self.mistake(&key.span(), text)
            }
        }
    }

    fn mistake<T>(&self, place: &Range<usize>, text: String) -> Result<T, Mistake> {
        Err(Mistake::at(self.text, place, text))
    }

    fn other<T>(&self, name: &str, value: Value<'a>, wanted: &str) -> Result<T, Mistake> {
        let kind = value.get_ref().type_str();
        self.mistake(&value.span(), format!("`{name}` is of the kind {kind}: write {wanted}"))
    }

    fn get(&self, name: &str) -> Option<Value<'a>> {
        self.table.get(name)
    }

    fn needed(&self, name: &str) -> Result<Value<'a>, Mistake> {
        match self.get(name) {
            Some(value) => Ok(value),
            None => self.mistake(&self.place, format!("missing field `{name}`")),
        }
    }

    /// A text that must be there.
    pub fn text(&self, name: &str) -> Result<Spanned<String>, Mistake> {
        let value = self.needed(name)?;
        match value.get_ref().as_str() {
            Some(text) => Ok(Spanned::new(value.span(), text.to_owned())),
            None => self.other(name, value, "it in quotes"),
        }
    }

    /// A text that may be left out.
    pub fn text_or_none(&self, name: &str) -> Result<Option<String>, Mistake> {
        match self.get(name) {
            None => Ok(None),
            Some(_) => self.text(name).map(|text| Some(text.into_inner())),
        }
    }

    /// A whole number from 0 to `most`, which must be there.
    pub fn number<T>(&self, name: &str, most: T) -> Result<Spanned<T>, Mistake>
    where
        T: TryFrom<u64> + PartialOrd + Display,
    {
        let value = self.needed(name)?;
        let wanted = format!("a whole number, 0 to {most}");
        let Some(number) = value.get_ref().as_integer() else {
            return self.other(name, value, &wanted);
        };
        let number = u64::from_str_radix(number.as_str(), number.radix()).ok();
        match number.and_then(|number| T::try_from(number).ok()).filter(|number| *number <= most) {
            Some(number) => Ok(Spanned::new(value.span(), number)),
            None => {
                self.mistake(&value.span(), format!("`{name}` is out of range: write {wanted}"))
            }
        }
    }

    /// `true` or `false`; left out, it is false.
    pub fn flag(&self, name: &str) -> Result<bool, Mistake> {
        match self.get(name).map(|value| (value, value.get_ref().as_bool())) {
            None => Ok(false),
            Some((_, Some(flag))) => Ok(flag),
            Some((value, None)) => self.other(name, value, "true or false"),
        }
    }

    /// A list of texts; left out, it is empty.
    pub fn texts(&self, name: &str) -> Result<Vec<Spanned<String>>, Mistake> {
        let wanted = "a list, as in [\"…\", \"…\"]";
        let text = |value: Value<'a>| match value.get_ref().as_str() {
            Some(text) => Ok(Spanned::new(value.span(), text.to_owned())),
            None => self.other(name, value, wanted),
        };
        self.list(name, wanted)?.iter().map(text).collect()
    }

    /// A table with these fields; it may be left out.
    pub fn table(&self, name: &str, known: &[&str]) -> Result<Option<Fields<'a>>, Mistake> {
        let Some(value) = self.get(name) else { return Ok(None) };
        self.fields(name, value, &format!("a table, `[{name}]`"), known).map(Some)
    }

    /// A list of tables with these fields; left out, it is empty.
    pub fn tables(&self, name: &str, known: &[&str]) -> Result<Vec<Fields<'a>>, Mistake> {
        let wanted = format!("a table for each, `[[{name}]]`");
        let table = |value: Value<'a>| self.fields(name, value, &wanted, known);
        self.list(name, &wanted)?.iter().map(table).collect()
    }

    fn list(&self, name: &str, wanted: &str) -> Result<&'a [Spanned<DeValue<'a>>], Mistake> {
        match self.get(name).map(|value| (value, value.get_ref().as_array())) {
            None => Ok(&[]),
            Some((_, Some(list))) => Ok(list),
            Some((value, None)) => self.other(name, value, wanted),
        }
    }

    fn fields(
        &self,
        name: &str,
        value: Value<'a>,
        wanted: &str,
        known: &[&str],
    ) -> Result<Fields<'a>, Mistake> {
        match value.get_ref().as_table() {
            Some(table) => Fields { text: self.text, table, place: value.span() }.knowing(known),
            None => self.other(name, value, wanted),
        }
    }
}
