//! What comes from outside is the object that it should be.

/// Makes a type `Deserialize` from objects and from nothing else. What serde derives for a struct
/// takes an array too: `[2,"note",""]` would be an event.
///
/// The type derives with `#[serde(remote = "Self")]`, so that what is derived becomes a function of
/// its own, which this calls. `, Serialize` is for a type that derives that as well.
///
/// ```
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Serialize, Deserialize)]
/// #[serde(remote = "Self")]
/// struct Tea {
///     minutes: u32,
/// }
///
/// feed::object!(Tea, Serialize);
///
/// let read = |json| serde_json::from_str::<Tea>(json).map(|tea| tea.minutes);
/// assert_eq!(read(r#"{"minutes":5}"#).unwrap(), 5);
/// assert!(read("[5]").unwrap_err().to_string().contains("expected an object"));
/// ```
#[macro_export]
macro_rules! object {
    ($name:ident $(<$of:ident>)?, Serialize) => {
        $crate::object!($name $(<$of>)?);

        impl$(<$of: ::serde::Serialize>)? ::serde::Serialize for $name $(<$of>)? {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                Self::serialize(self, to)
            }
        }
    };
    ($name:ident $(<$of:ident>)?) => {
        impl<'de, $($of: ::serde::Deserialize<'de>)?> ::serde::Deserialize<'de>
            for $name $(<$of>)?
        {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                struct Object<T>(::core::marker::PhantomData<T>);

                impl<'de, $($of: ::serde::Deserialize<'de>)?> ::serde::de::Visitor<'de>
                    for Object<$name $(<$of>)?>
                {
                    type Value = $name $(<$of>)?;

                    fn expecting(
                        &self,
                        to: &mut ::core::fmt::Formatter<'_>,
                    ) -> ::core::fmt::Result {
                        to.write_str("an object")
                    }

                    fn visit_map<A: ::serde::de::MapAccess<'de>>(
                        self,
                        fields: A,
                    ) -> ::core::result::Result<Self::Value, A::Error> {
                        <Self::Value>::deserialize(
                            ::serde::de::value::MapAccessDeserializer::new(fields),
                        )
                    }
                }

                from.deserialize_map(Object(::core::marker::PhantomData))
            }
        }
    };
}
