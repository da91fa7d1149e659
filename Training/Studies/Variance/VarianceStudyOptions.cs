using OnnxInit.Contracts;

namespace OnnxInit.Training.Studies.Variance;

/// <summary>The networks of <see cref="VarianceStudy"/>.</summary>
public sealed record VarianceStudyOptions
{
    /// <summary>The settings that take seconds.</summary>
    public static VarianceStudyOptions Quick { get; } = new() { Networks = 40 };

    /// <summary>Hidden layers. Default 50.</summary>
    public int Depth { get; init; } = 50;

    /// <summary>Units of a hidden layer, and dimensions of the input. Default 100.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Networks of each variance. Default 300; percentiles need about 20.</summary>
    public int Networks { get; init; } = 300;

    /// <summary>The variances of the weights. Default those of Prince 2023, figure 7.7.</summary>
    public IReadOnlyList<double> Variances { get; init; } = [0.001, 0.01, 0.02, 0.1, 1];

    /// <summary>Throws when there is nothing to measure.</summary>
    /// <exception cref="InvalidInputException">A number is too small.</exception>
    public void Validate()
    {
        if (Depth < 2 || Width < 2 || Networks < 1)
        {
            throw new InvalidInputException($"The study needs at least 2 layers, 2 units and 1 network; found {Depth}, {Width} and {Networks}.");
        }

        if (Variances.Count == 0 || Variances.Any(variance => !(variance > 0 && double.IsFinite(variance))))
        {
            throw new InvalidInputException($"The variances are {string.Join(", ", Variances)}; expected numbers above 0.");
        }
    }
}
