using OnnxInit.Contracts;

namespace OnnxInit.Training.Studies.Range;

/// <summary>The products of <see cref="RangeStudy"/>.</summary>
public sealed record RangeStudyOptions
{
    /// <summary>The settings that take seconds.</summary>
    public static RangeStudyOptions Quick { get; } = new() { Size = 16 };

    /// <summary>The factors a of the matrices a I. Default 10 and 0.1.</summary>
    public IReadOnlyList<double> Factors { get; init; } = [10, 0.1];

    /// <summary>The number of matrices L. Default 1000.</summary>
    public int Depth { get; init; } = 1000;

    /// <summary>Rows and columns of a matrix. Default 100; it changes the time only.</summary>
    public int Size { get; init; } = 100;

    /// <summary>Throws when there is nothing to measure.</summary>
    /// <exception cref="InvalidInputException">A number is too small, or a factor is not a finite number above 0.</exception>
    public void Validate()
    {
        if (Depth < 1 || Size < 2)
        {
            throw new InvalidInputException($"The study needs at least 1 matrix of 2 rows; found {Depth} of {Size}.");
        }

        if (Factors.Count == 0 || Factors.Any(factor => !(factor > 0 && double.IsFinite(factor))))
        {
            throw new InvalidInputException($"The factors are {string.Join(", ", Factors)}; expected numbers above 0.");
        }
    }
}
