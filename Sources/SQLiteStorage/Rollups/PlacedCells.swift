import AgentEvents
import Rollups

/// Where a cell stands among those of one width.
struct CellPlace: Hashable, Comparable, Sendable {
    var bucket: Int64
    /// The id of its key.
    var key: Int64

    func hash(into hasher: inout Hasher) {
        // One word, since millions are sought; keys are nearly always below 2^24.
        hasher.combine(bucket &<< 24 ^ key)
    }

    static func < (left: CellPlace, right: CellPlace) -> Bool {
        left.bucket == right.bucket ? left.key < right.key : left.bucket < right.bucket
    }
}

/// Cells of one series and width in memory, by their places.
struct PlacedCells<Cell: CellValue> {
    private var slots: [CellPlace: Int] = [:]
    private(set) var places: [CellPlace] = []
    private(set) var cells: [Cell] = []

    var isEmpty: Bool { cells.isEmpty }

    /// Changes the cell at a place, which is empty where it is new.
    mutating func change(_ place: CellPlace, _ body: (inout Cell) -> Void) {
        let slot = slot(place)
        body(&cells[slot])
    }

    /// Takes the units of other cells, too.
    mutating func merge(_ other: PlacedCells) {
        for (place, cell) in zip(other.places, other.cells) { change(place) { $0.merge(cell) } }
    }

    /// Takes the units of other cells, whose keys are numbers, too.
    ///
    /// `ids`: the ids of the keys by their numbers.
    mutating func merge(_ other: PlacedCells, ids: [Int64]) {
        for (place, cell) in zip(other.places, other.cells) {
            let place = CellPlace(bucket: place.bucket, key: ids[Int(place.key)])
            change(place) { $0.merge(cell) }
        }
    }

    /// The slot of a place, with an empty cell where it is new.
    mutating func slot(_ place: CellPlace) -> Int {
        if let slot = slots[place] { return slot }
        slots[place] = cells.count
        places.append(place)
        cells.append(Cell())
        return cells.count - 1
    }

    subscript(slot: Int) -> Cell {
        get { cells[slot] }
        _modify { yield &cells[slot] }
    }

    /// The cell at a place, if there is one.
    func cell(at place: CellPlace) -> Cell? { slots[place].map { cells[$0] } }

    func contains(_ place: CellPlace) -> Bool { slots[place] != nil }

    /// The same units under other keys.
    fileprivate func totals(_ totals: [Int64: Int64]) -> PlacedCells {
        var cells = PlacedCells()
        for (place, cell) in zip(places, self.cells) {
            guard let key = totals[place.key] else { preconditionFailure("the key was just made") }
            cells.change(CellPlace(bucket: place.bucket, key: key)) { $0.merge(cell) }
        }
        return cells
    }

    /// The same units in wider buckets.
    func widened(from width: BucketWidth, to wider: BucketWidth) -> PlacedCells {
        let many = wider.length / width.length
        var widened = PlacedCells()
        for (place, cell) in zip(places, cells) {
            let bucket = (place.bucket - place.bucket.modulo(many)) / many
            let slot = widened.slot(CellPlace(bucket: bucket, key: place.key))
            widened.cells[slot].merge(cell)
        }
        return widened
    }
}

/// Units of one series that enter and leave their cells.
struct CellChanges<Cell: CellValue> {
    var entering = PlacedCells<Cell>()
    var leaving = PlacedCells<Cell>()

    var isEmpty: Bool { entering.isEmpty && leaving.isEmpty }

    /// All places that are touched, in order.
    var places: [CellPlace] {
        var places = entering.places
        for place in leaving.places where !entering.contains(place) { places.append(place) }
        return places.sorted()
    }

    mutating func merge(_ other: CellChanges) {
        entering.merge(other.entering)
        leaving.merge(other.leaving)
    }

    /// The changes of the cells of all units with the same code.
    ///
    /// `totals`: the key of such a cell by the keys of its parts.
    func totals(_ totals: [Int64: Int64]) -> CellChanges {
        CellChanges(entering: entering.totals(totals), leaving: leaving.totals(totals))
    }

    func widened(from width: BucketWidth, to wider: BucketWidth) -> CellChanges {
        CellChanges(
            entering: entering.widened(from: width, to: wider),
            leaving: leaving.widened(from: width, to: wider)
        )
    }
}
