using OnnxInit.Contracts;

namespace OnnxInit.Training.Studies.Depth;

/// <summary>What <see cref="DepthStudy"/> measures. A part is left out when its count is 0.</summary>
public sealed record DepthStudyOptions
{
    /// <summary>The settings that take seconds.</summary>
    public static DepthStudyOptions Quick { get; } = new()
    {
        LawNetworks = 60,
        OrthogonalNetworks = 8,
        LawDepth = 100,
        GrowthNetworks = 2,
        GrowthDepth = 30,
        GridDepths = [2, 20],
        GridRateFactors = [1],
        GridSteps = 4,
        CurveDepths = [100],
        CurveSteps = 8,
    };

    /// <summary>Units of a hidden layer. Default 100.</summary>
    public int Width { get; init; } = 100;

    /// <summary>ReLU networks with He's Gaussian weights, of which the law of the signal is measured. Default 300; 0 leaves the law out.</summary>
    public int LawNetworks { get; init; } = 300;

    /// <summary>The same with orthogonal weights times sqrt 2, which cost a QR decomposition per layer. Default 30.</summary>
    public int OrthogonalNetworks { get; init; } = 30;

    /// <summary>Their layers. Default 1,000.</summary>
    public int LawDepth { get; init; } = 1_000;

    /// <summary>Networks, with BatchNorm and without, of which the gradient's growth is measured. Default 5; 0 leaves it out.</summary>
    public int GrowthNetworks { get; init; } = 5;

    /// <summary>Their layers. Default 100.</summary>
    public int GrowthDepth { get; init; } = 100;

    /// <summary>Their batch; the statistics of a small one are noisy. Default 512.</summary>
    public int GrowthBatch { get; init; } = 512;

    /// <summary>Weight layers of the networks in the heat map: 2 is an MLP, 4 a CNN, others are MLPs. Default 2, 4, 100 and 1,000.</summary>
    public IReadOnlyList<int> GridDepths { get; init; } = [2, 4, 100, 1_000];

    /// <summary>Steps after which the loss is compared. Default 50; 0 leaves the heat map out.</summary>
    public int GridSteps { get; init; } = 50;

    /// <summary>The learning rates that are tried are a scheme's own times these, and the best is taken; from 1,000 layers on 1 alone, for time's sake. Default 1 and 10.</summary>
    public IReadOnlyList<double> GridRateFactors { get; init; } = [1, 10];

    /// <summary>Weight layers of the networks whose loss curves are drawn. Default 1,000.</summary>
    public IReadOnlyList<int> CurveDepths { get; init; } = [1_000];

    /// <summary>Steps of the loss curves. Default 250, about a third of an epoch of CIFAR-10; 0 leaves them out.</summary>
    public int CurveSteps { get; init; } = 250;

    /// <summary>The schemes of the heat map and the curves. Default all.</summary>
    public IReadOnlyList<DepthScheme> Schemes { get; init; } = DepthScheme.All;

    /// <summary>Images of a step. Default 64.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>Loss curves and nothing else.</summary>
    /// <param name="depths">Weight layers.</param>
    /// <param name="schemes">Names of <see cref="DepthScheme.All"/>, or of <see cref="Initialization.InitializationSchemes"/>.</param>
    /// <param name="steps">Steps of every training.</param>
    /// <exception cref="InvalidInputException">There is no such scheme, or a number is too small.</exception>
    public static DepthStudyOptions CurvesOnly(IReadOnlyList<int> depths, IReadOnlyList<string> schemes, int steps)
    {
        DepthStudyOptions options = new()
        {
            LawNetworks = 0,
            OrthogonalNetworks = 0,
            GrowthNetworks = 0,
            GridDepths = [],
            GridSteps = 0,
            CurveDepths = depths,
            CurveSteps = steps,
            Schemes = [.. schemes.Select(DepthScheme.Get)],
        };
        options.Validate();
        return depths.FirstOrDefault(depth => !options.Schemes.Any(scheme => scheme.Suits(depth, convolutional: false)), -1) is int unsuited and >= 0
            ? throw new InvalidInputException($"No network of {unsuited} weight layers can be started with {string.Join(" or ", schemes)}: residual schemes need whole blocks between the first and the last layer, the identity a square layer.")
            : options;
    }

    /// <summary>Throws when a number makes no sense.</summary>
    /// <exception cref="InvalidInputException">Says which.</exception>
    public void Validate()
    {
        if (Width < 2 || int.IsOddInteger(Width))
        {
            throw new InvalidInputException($"The width is {Width}; expected an even number of units, since looks-linear networks pair them.");
        }

        if (GridRateFactors.Count == 0 || GridRateFactors.Any(factor => !(factor > 0)))
        {
            throw new InvalidInputException($"The factors of the learning rate are {string.Join(", ", GridRateFactors)}; expected one or more, above 0.");
        }

        if (GridDepths.Concat(CurveDepths).Any(depth => depth < 2))
        {
            throw new InvalidInputException($"The depths are {string.Join(", ", GridDepths.Concat(CurveDepths))}; expected at least 2 weight layers.");
        }

        if (LawDepth < 2 || GrowthDepth < 10 || GrowthBatch < 2 || BatchSize < 2)
        {
            throw new InvalidInputException(
                $"The law has {LawDepth} layers, the growth {GrowthDepth}, their batches {GrowthBatch} and {BatchSize} images; expected at least 2, 10, 2 and 2.");
        }

        if (new[] { LawNetworks, OrthogonalNetworks, GrowthNetworks, GridSteps, CurveSteps }.Any(count => count < 0))
        {
            throw new InvalidInputException("A number of networks or steps is below 0; 0 leaves its part out.");
        }
    }
}
