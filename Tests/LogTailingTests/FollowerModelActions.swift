/// SplitMix64: the same numbers for the same seed on every machine.
struct ModelDice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x2545_f491_4f6c_dd1d }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func roll(_ range: ClosedRange<Int>) -> Int { .random(in: range, using: &self) }

    /// True in so many of a hundred cases.
    mutating func isLucky(_ percent: Int) -> Bool { roll(1...100) <= percent }
}

/// What does not change within one sequence.
struct ModelSetting: CustomStringConvertible {
    /// What is followed, below the folder.
    enum Pattern: String, CaseIterable {
        case live = "*.log"
        case all = "*.log*"
        case folder = ""
    }

    var pattern: Pattern
    /// Bytes that all files begin with; 0 is none.
    var head: Int
    /// Bytes behind the number of each line, the same in every line; the last 4 KiB of what was read
    /// hold a number always, since a marker can tell no more.
    var pad: Int
    var maxOpenFiles: Int

    init(_ dice: inout ModelDice) {
        pattern = Pattern.allCases[dice.roll(0...2)]
        head = [0, 20, 5_000][dice.roll(0...2)]
        pad = [0, 40, 700, 3_000][min(3, dice.roll(0...6))]
        maxOpenFiles = [1, 2, 100, 100][dice.roll(0...3)]
    }

    var description: String {
        "pattern '\(pattern.rawValue)', heads of \(head), lines of \(pad + 10) bytes, "
            + "at most \(maxOpenFiles) open files"
    }
}

/// One thing that happens to files or to the reader.
///
/// The numbers choose among what is there, so that every action can be left out of a sequence.
enum ModelAction {
    /// Ends a line that is begun, then writes whole lines; makes the file where there is none.
    case write(log: Int, lines: Int)
    /// Writes a part of a line, or a further part.
    case piece(log: Int)
    /// The writer dies in the middle of a line, and another goes on in the same file.
    case tear(log: Int, lines: Int)
    /// The writer still has the file that was renamed.
    case writeOld(pick: Int, lines: Int)
    /// Moves the file away; `lines` < 0: a new one comes later.
    case rename(log: Int, isDated: Bool, lines: Int)
    /// Copies the file, and truncates it after some lines and some looks; `isSlow`: in two parts.
    case copyTruncate(log: Int, isSlow: Bool, between: Int, looks: Int)
    /// Truncates without a copy and writes, with no look in between.
    case truncate(log: Int, lines: Int)
    /// As before, by a writer that goes on at its old place.
    case truncateUnder(log: Int)
    case delete(pick: Int)
    /// Another file gets the inode of one that is gone.
    case reuse(log: Int, other: Int, lines: Int)
    /// Packs a rotated file, with looks at what is not whole and at what lies beside its twin.
    case compress(pick: Int, isGzip: Bool, looksInside: Bool, looksBeside: Bool)
    /// Copies a file to where nobody looks.
    case backup(log: Int)
    /// Turns a symbolic link, which the pattern finds, to another file.
    case link(pick: Int)
    /// Another process reads files once; `pick` < 0: all of them.
    case ingest(pick: Int, lines: Int)
    /// Looks after some time; negative where the clock was set back.
    case look(milliseconds: Int)
    case read(turns: Int, lines: Int, commits: Bool)
    /// The file is truncated while its lines are being taken.
    case readWhileTruncated(log: Int, lines: Int)
    case commit
    /// The store could not commit: what was read is given up, without a restart.
    case giveUp
    /// Ends the reader after a commit.
    case stop
    /// Ends the reader without one.
    case crash
    case start

    init(_ dice: inout ModelDice) {
        switch dice.roll(1...100) {
        case ...16: self = .write(log: dice.roll(0...2), lines: dice.roll(0...6))
        case ...22: self = .piece(log: dice.roll(0...2))
        case ...24: self = .tear(log: dice.roll(0...2), lines: dice.roll(1...3))
        case ...27: self = .writeOld(pick: dice.roll(0...9), lines: dice.roll(1...3))
        case ...35: self = .rotation(&dice)
        case ...37: self = .truncate(log: dice.roll(0...2), lines: dice.roll(0...12))
        case ...38: self = .truncateUnder(log: dice.roll(0...2))
        case ...41: self = .delete(pick: dice.roll(0...9))
        case ...43:
            self = .reuse(log: dice.roll(0...2), other: dice.roll(0...2), lines: dice.roll(1...6))
        case ...48:
            self = .compress(
                pick: dice.roll(0...9),
                isGzip: dice.isLucky(60),
                looksInside: dice.isLucky(30),
                looksBeside: dice.isLucky(30)
            )
        case ...49: self = .backup(log: dice.roll(0...2))
        case ...50: self = .link(pick: dice.roll(0...9))
        case ...52: self = .ingest(pick: dice.roll(-5...9), lines: [1, 1_000][dice.roll(0...1)])
        case ...67: self = .looking(&dice)
        case ...68: self = .readWhileTruncated(log: dice.roll(0...2), lines: dice.roll(0...12))
        case ...84:
            self = .read(
                turns: dice.roll(1...6),
                lines: [1, 2, 1_000][dice.roll(0...2)],
                commits: dice.isLucky(80)
            )
        case ...87: self = .commit
        case ...89: self = .giveUp
        case ...91: self = .stop
        case ...94: self = .crash
        default: self = .start
        }
    }

    private static func rotation(_ dice: inout ModelDice) -> ModelAction {
        if dice.isLucky(50) {
            return .rename(
                log: dice.roll(0...2),
                isDated: dice.isLucky(25),
                lines: dice.roll(-3...3)
            )
        }
        return .copyTruncate(
            log: dice.roll(0...2),
            isSlow: dice.isLucky(20),
            between: dice.isLucky(20) ? dice.roll(1...2) : 0,
            looks: dice.isLucky(30) ? dice.roll(1...3) : 0
        )
    }

    private static func looking(_ dice: inout ModelDice) -> ModelAction {
        switch dice.roll(1...20) {
        case 1: .look(milliseconds: -dice.roll(1...800))
        case 2...4: .look(milliseconds: dice.roll(4_000...20_000))
        case 5...8: .look(milliseconds: dice.roll(1_000...1_500))
        default: .look(milliseconds: 250)
        }
    }
}
