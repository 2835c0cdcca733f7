//! Distributed hash tables, in the order in which lists, help texts and tests show them.
//!
//! Adding one is its file in this module's folder and its line in the list below.

/// Declares the modules of a service's algorithms and exports a macro that hands their types on, in order.
macro_rules! algorithms {
    ($dollar:tt $(#[$attribute:meta])* $each:ident: $($module:ident::$algorithm:ident),+ $(,)?) => {
        $(
            pub mod $module;
            pub use $module::$algorithm;
        )+

        $(#[$attribute])*
        #[macro_export]
        macro_rules! $each {
            ($dollar callback:ident) => {
                $dollar callback!{ $($dollar crate::key_routing::$module::$algorithm),+ }
            };
        }
    };
}

algorithms! { $
    /// Calls the macro that it is given with the types of all key-routing algorithms, separated by commas, in the
    /// order of the catalogue.
    ///
    /// ```
    /// use overlab_peer::Protocol;
    ///
    /// macro_rules! names {
    ///     ($($algorithm:ty),+) => { [$(<$algorithm as Protocol>::ABOUT.name),+] };
    /// }
    /// assert_eq!(overlab_algorithms::each_key_routing!(names), ["chord", "kademlia"]);
    /// ```
    each_key_routing:
    chord::Chord,
    kademlia::Kademlia,
}
