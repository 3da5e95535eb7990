import GRDB
import Rollups

/// Brings the cells of a table up to date with units that enter and leave.
struct CellWriter {
    let table: CellTable
    let quarters: QuarterVolumes
    let keys: CellKeys
    let db: Database

    /// Finds cells of one width anew, for their extremes.
    typealias Recount<Cell: CellValue> = (Set<CellPlace>) throws -> PlacedCells<Cell>

    /// Stores the changes of one series in all widths.
    ///
    /// `recount`: makes cells of minutes or quarters from the rows, which are stored by then.
    func store<Cell>(
        _ series: SeriesChanges<Cell>,
        recount: (Set<CellPlace>, BucketWidth) throws -> PlacedCells<Cell>
    ) throws {
        guard !series.isEmpty else { return }
        try store(series.minutes, .each(.minute, of: Cell.self)) { try recount($0, .minute) }
        let changes = series.ofQuarters
        try store(changes, .each(.quarter, of: Cell.self)) { places in
            let fine = try places.filter { try quarters.hasMinutes($0.bucket) }
            let coarse = places.subtracting(fine)
            var cells: PlacedCells<Cell> = try widened(fine, .minute, to: .quarter)
            if !coarse.isEmpty { cells.merge(try recount(coarse, .quarter)) }
            return cells
        }
        try storeWider(changes)
    }

    /// Stores changes of quarters in the wider cells.
    func storeWider<Cell>(_ quarters: CellChanges<Cell>) throws {
        var changes = quarters
        for (narrower, width) in [(BucketWidth.quarter, BucketWidth.hour), (.hour, .day)] {
            changes = changes.widened(from: narrower, to: width)
            try store(changes, .each(width, of: Cell.self)) { try widened($0, narrower, to: width) }
            guard Cell.series.hasTotals else { continue }
            try store(changes.totals(try keys.codes(db)), .total(width, of: Cell.self)) {
                try totals($0, width)
            }
        }
    }

    /// Stores the changes of one series on one level.
    ///
    /// `recount`: asked once at most.
    func store<Cell>(
        _ changes: CellChanges<Cell>,
        _ level: CellLevel,
        recount: Recount<Cell>
    ) throws {
        guard !changes.isEmpty else { return }
        let places = changes.places
        let stored: PlacedCells<Cell> = try load(places, level)
        var rows = CellTable.Rows()
        var emptied: [CellPlace] = []
        var open: [(place: CellPlace, cell: Cell)] = []
        for place in places {
            var cell = stored.cell(at: place) ?? Cell()  // a new cell has no units yet
            if let more = changes.entering.cell(at: place) { cell.merge(more) }
            let hasLost = try changes.leaving.cell(at: place).map { try cell.subtract($0) }
            if cell.isEmpty {
                if stored.contains(place) { emptied.append(place) }
            } else if hasLost == true {
                open.append((place, cell))
            } else {
                rows.append(cell, level, place: place)
            }
        }
        if !open.isEmpty {
            let recounted = try recount(Set(open.map(\.place)))
            for (place, var cell) in open {
                guard let extremes = recounted.cell(at: place) else { throw CellError.notContained }
                cell.takeExtremes(of: extremes)
                rows.append(cell, level, place: place)
            }
        }
        try table.delete(emptied, level, in: db)
        try table.store(rows, db)
    }

    /// The stored cells at some places, which ascend: one look a bucket.
    private func load<Cell>(
        _ places: [CellPlace],
        _ level: CellLevel
    ) throws -> PlacedCells<Cell> {
        var cells = PlacedCells<Cell>()
        // In bulk most buckets are newer than all that is stored.
        guard let newest = try table.newest(level, db) else { return cells }
        var rest = places[...]
        while let first = rest.first, first.bucket <= newest {
            let bucket = rest.prefix { $0.bucket == first.bucket }
            rest = rest.dropFirst(bucket.count)
            var wanted = bucket
            let keys = first.key...(bucket.last ?? first).key
            try table.forEach(level, bucket: first.bucket, keys: keys, in: db) { place, bytes in
                while let next = wanted.first, next < place { wanted.removeFirst() }
                guard wanted.first == place else { return }
                let slot = cells.slot(place)
                cells[slot] = try CellReader.cell(Cell.self, in: bytes)
            }
        }
        return cells
    }

    /// Cells made of the stored ones of the next narrower width.
    private func widened<Cell>(
        _ places: Set<CellPlace>,
        _ narrower: BucketWidth,
        to width: BucketWidth
    ) throws -> PlacedCells<Cell> {
        var cells = PlacedCells<Cell>()
        let many = width.length / narrower.length
        for place in places {
            let slot = cells.slot(place)
            for part in 0..<many {
                let bucket = place.bucket * many + part
                let keys = place.key...place.key
                try table.forEach(
                    .each(narrower, of: Cell.self),
                    bucket: bucket,
                    keys: keys,
                    in: db
                ) { _, bytes in
                    cells[slot].merge(try CellReader.cell(Cell.self, in: bytes))
                }
            }
        }
        return cells
    }

    /// The cells of all units with the same code, made of the stored ones with the same buckets.
    private func totals<Cell>(
        _ places: Set<CellPlace>,
        _ width: BucketWidth
    ) throws -> PlacedCells<Cell> {
        var cells = PlacedCells<Cell>()
        let codes = try keys.codes(db)
        for bucket in Set(places.map(\.bucket)) {
            try table.forEach(.each(width, of: Cell.self), buckets: bucket..<bucket + 1, in: db) {
                place,
                bytes in
                guard let total = codes[place.key] else { return }
                let totalPlace = CellPlace(bucket: bucket, key: total)
                guard places.contains(totalPlace) else { return }
                let cell = try CellReader.cell(Cell.self, in: bytes)
                cells.change(totalPlace) { $0.merge(cell) }
            }
        }
        return cells
    }
}
