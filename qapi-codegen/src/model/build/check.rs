//! Options that do not fit the schema.

use super::Builder;
use crate::error::Misfit;
use crate::model::reach::undefined;

impl Builder<'_> {
    /// Says which options name what the schema does not have.
    pub(super) fn check_options(&mut self) {
        let nowhere = |place: &str| {
            format!("no type, command or event that is generated has a member '{place}'")
        };
        let places = self.base64.unused();
        let places = places.map(|(place, ())| Misfit::new("base64", nowhere(place)));
        self.misfits.extend(places);
        let places = self
            .member_attributes
            .unused(|place| match place.contains('.') {
                true => nowhere(place),
                false => {
                    format!("nothing that has members is generated of '{place}'")
                }
            });
        self.misfits.extend(places);
        let schema = self.schema;
        let names = self.type_attributes.unused(|name| match schema.find(name) {
            Some(_) => format!("nothing is generated of '{name}'"),
            None => undefined(schema, name),
        });
        self.misfits.extend(names);
        let names = self.externs.unused();
        self.misfits
            .extend(names.map(|(name, it)| Misfit::new(it.option(), undefined(schema, name))));
        self.check_externs();
    }
}
