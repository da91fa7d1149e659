using OnnxInit.Training.Initialization;

namespace OnnxInit.Training.Studies.Depth;

/// <summary>A way to start a deep network, with the learning rate that suits it.</summary>
/// <param name="Name">What it is called in the figures.</param>
/// <param name="Scheme">Draws the weights.</param>
/// <param name="LearningRate">By the number of weight layers; with momentum 0.9.</param>
public sealed record DepthScheme(string Name, InitializationScheme Scheme, Func<int, double> LearningRate)
{
    /// <summary>What the study compares.</summary>
    public static IReadOnlyList<DepthScheme> All { get; } =
    [
        new("kaiming-normal", InitializationSchemes.KaimingNormal, Standard),
        new("xavier-normal", InitializationSchemes.XavierNormal, Standard),
        new("normal:0.01", InitializationSchemes.Get("normal:0.01"), Standard),
        new("pytorch", InitializationSchemes.PyTorch, Standard),
        new("orthogonal", InitializationSchemes.OrthogonalRelu, Isometry),
        new("identity", InitializationSchemes.IdentityWhereSquare, Isometry),
        new("looks-linear", InitializationSchemes.LooksLinear, Isometry),
        new("fixup", new Fixup(), Standard) { LayersPerBranch = 2 },
        new("rezero", new ReZero(InitializationSchemes.KaimingNormal), Standard) { LayersPerBranch = 1 },
    ];

    /// <summary>Weight layers of a residual branch; 0 for a plain network.</summary>
    public int LayersPerBranch { get; init; }

    /// <summary>A scheme by name.</summary>
    /// <param name="name">A name of <see cref="All"/>, or one of <see cref="InitializationSchemes"/>, for a plain network.</param>
    /// <exception cref="Contracts.InvalidInputException">There is no such scheme.</exception>
    public static DepthScheme Get(string name) =>
        All.FirstOrDefault(scheme => scheme.Name == name) ?? new(name, InitializationSchemes.Get(name), Standard);

    /// <summary>
    /// Whether a network can be started so. A residual one has a first and a last layer, and whole blocks between them; Fixup is for networks without
    /// normalisation, since BatchNorm undoes the zeros at the end of a branch; identity weights need a layer with as many outputs as inputs.
    /// </summary>
    /// <param name="depth">Weight layers.</param>
    /// <param name="convolutional">Whether it is the CNN.</param>
    /// <param name="batchNorm">Whether it has BatchNorm.</param>
    public bool Suits(int depth, bool convolutional, bool batchNorm = false) => LayersPerBranch > 0
        ? !convolutional && !(batchNorm && Scheme is Fixup) && depth >= LayersPerBranch + 2 && (depth - 2) % LayersPerBranch == 0
        : Scheme != InitializationSchemes.IdentityWhereSquare || (!convolutional && depth > 2);

    private static double Standard(int depth) => 1e-3;

    /// <summary>In a network that keeps the signal's size every layer moves the output alike: the steps add up over the layers, and the rate has to fall with them.</summary>
    private static double Isometry(int depth) => Math.Min(1e-3, 0.1 / depth);
}
