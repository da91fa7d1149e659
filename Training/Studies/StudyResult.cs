using OnnxInit.Contracts.Figures;

namespace OnnxInit.Training.Studies;

/// <summary>What a study found.</summary>
public sealed record StudyResult
{
    /// <summary>The study's name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>What it is about, as a heading.</summary>
    public required string Title { get; init; }

    /// <summary>What was asked, in one sentence.</summary>
    public required string Question { get; init; }

    /// <summary>What theory says, in a few sentences with its formula and its source.</summary>
    public required string Theory { get; init; }

    /// <summary>What was seen, in one line with the numbers measured, those expected, and whether they agree.</summary>
    public required string Verdict { get; init; }

    /// <summary>Whether the measurement agrees with the theory, within the bounds that the findings name.</summary>
    public bool Agrees => Findings.All(finding => finding.Holds);

    /// <summary>The claims that were tested, each with its evidence.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>The settings, by name: depth, width, seeds, data...</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The figures.</summary>
    public required IReadOnlyList<Figure> Figures { get; init; }
}

/// <summary>A claim that was tested.</summary>
/// <param name="Claim">What was claimed: "log10 mean square after layer 50, sigma^2 = 0.02".</param>
/// <param name="Measured">What was measured.</param>
/// <param name="Expected">What was expected, as text: "-0.5 +- 0.5".</param>
/// <param name="Holds">Whether it was.</param>
public sealed record Finding(string Claim, double Measured, string Expected, bool Holds)
{
    /// <summary>A claim that a number is near another.</summary>
    /// <param name="claim">What was claimed.</param>
    /// <param name="measured">What was measured.</param>
    /// <param name="expected">What was expected.</param>
    /// <param name="tolerance">How far off it may be.</param>
    public static Finding Near(string claim, double measured, double expected, double tolerance) =>
        new(claim, measured, $"{expected:G4} ± {tolerance:G3}", Math.Abs(measured - expected) <= tolerance);

    /// <summary>A claim that a number is within bounds.</summary>
    /// <param name="claim">What was claimed.</param>
    /// <param name="measured">What was measured.</param>
    /// <param name="low">The smallest allowed.</param>
    /// <param name="high">The largest allowed.</param>
    public static Finding Between(string claim, double measured, double low, double high) =>
        new(claim, measured, double.IsNegativeInfinity(low) ? $"at most {high:G4}" : double.IsPositiveInfinity(high) ? $"at least {low:G4}" : $"{low:G4} to {high:G4}", measured >= low && measured <= high);
}
