namespace OnnxInit.Contracts.Models;

/// <summary>The networks that come with the tool, for 3x32x32 images and 10 classes.</summary>
public static class ModelPresets
{
    private static readonly int[] Image = [3, 32, 32];

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mlp", "mlp-deep", "cnn"];

    /// <summary>The lecture's network: Flatten, Linear(3072, 100, no bias), BatchNorm, ReLU, Linear(100, 10).</summary>
    public static ModelSpec Mlp { get; } = MlpDeep(depth: 1, width: 100, batchNorm: true) with { Name = "mlp" };

    /// <summary>Four weight layers: two 3x3 convolutions with pooling, then two linear layers.</summary>
    public static ModelSpec Cnn { get; } = new("cnn", Image,
    [                                                       // [N, 3, 32, 32]
        new Conv2dSpec(16, KernelSize: 3, Padding: 1, Bias: false),
        new BatchNormSpec(),
        new ActivationSpec(Activation.Relu),
        new MaxPool2dSpec(2),                               // [N, 16, 16, 16]
        new Conv2dSpec(32, KernelSize: 3, Padding: 1, Bias: false),
        new BatchNormSpec(),
        new ActivationSpec(Activation.Relu),
        new MaxPool2dSpec(2),                               // [N, 32, 8, 8]
        new FlattenSpec(),                                  // [N, 2048]
        new LinearSpec(64, Bias: false),
        new BatchNormSpec(),
        new ActivationSpec(Activation.Relu),
        new LinearSpec(10),                                 // [N, 10]
    ]);

    /// <summary>Flatten, then <paramref name="depth"/> times (Linear, optional BatchNorm, ReLU), then Linear to 10 classes.</summary>
    /// <param name="depth">Hidden layers, at least 1; there is one weight layer more.</param>
    /// <param name="width">Units of a hidden layer, at least 1.</param>
    /// <param name="batchNorm">Whether BatchNorm follows every hidden Linear, which then has no bias.</param>
    public static ModelSpec MlpDeep(int depth, int width, bool batchNorm)
    {
        List<LayerSpec> layers = [new FlattenSpec()];
        for (int i = 0; i < depth; i++)
        {
            layers.Add(new LinearSpec(width, Bias: !batchNorm));
            if (batchNorm)
            {
                layers.Add(new BatchNormSpec());
            }

            layers.Add(new ActivationSpec(Activation.Relu));
        }

        layers.Add(new LinearSpec(10));
        return new("mlp-deep", Image, layers);
    }

    /// <summary>A preset by name, or null.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="depth">Hidden layers of <c>mlp-deep</c>.</param>
    /// <param name="width">Units of a hidden layer of <c>mlp-deep</c>.</param>
    /// <param name="batchNorm">Whether <c>mlp-deep</c> has BatchNorm.</param>
    public static ModelSpec? Create(string name, int depth = 20, int width = 100, bool batchNorm = true) => name switch
    {
        "mlp" => Mlp,
        "mlp-deep" => MlpDeep(depth, width, batchNorm),
        "cnn" => Cnn,
        _ => null,
    };
}
