/// Something that is wrong with what a store holds.
package struct StoreFinding: Sendable, Equatable {
    /// Which part of a store is wrong.
    package enum Area: String, Sendable {
        /// The file itself is damaged.
        case integrity
        /// The rollup cells are not what the rows give.
        case rollups
    }

    package var area: Area
    /// One line.
    package var text: String

    package init(_ area: Area, _ text: String) {
        self.area = area
        self.text = text
    }
}
