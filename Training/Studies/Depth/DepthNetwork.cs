using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;
using OnnxInit.Training.Data;
using OnnxInit.Training.Initialization;
using OnnxInit.Training.Models;
using static TorchSharp.torch;

namespace OnnxInit.Training.Studies.Depth;

/// <summary>The networks of <see cref="DepthStudy"/>: [N, 3, 32, 32] -> [N, 10], counted by their weight layers.</summary>
internal static class DepthNetwork
{
    /// <summary>The depth at which the network is a CNN.</summary>
    public const int ConvolutionalDepth = 4;

    private const int ImagesToInitializeWith = 256; // for the schemes that look at data

    /// <summary>Builds a network and draws its weights.</summary>
    /// <param name="scheme">How; a residual scheme gets a residual network.</param>
    /// <param name="depth">Weight layers, at least 2.</param>
    /// <param name="width">Units of a hidden layer.</param>
    /// <param name="batchNorm">Whether BatchNorm stands before every ReLU.</param>
    /// <param name="convolutional">Whether it is the CNN of four weight layers; <paramref name="width"/> has no meaning then.</param>
    /// <param name="context">The weights are a function of its seed, and of its first images where the scheme looks at data.</param>
    public static nn.Module<Tensor, Tensor> Create(DepthScheme scheme, int depth, int width, bool batchNorm, bool convolutional, StudyContext context)
    {
        nn.Module<Tensor, Tensor> network = scheme.LayersPerBranch > 0
            ? Residual(depth, width, scheme.LayersPerBranch, batchNorm)
            : ModelBuilder.Build(convolutional ? Cnn(batchNorm) : ModelPresets.MlpDeep(depth - 1, width, batchNorm));
        Initializer.Apply(network, scheme.Scheme is Lsuv lsuv ? lsuv with { Batch = () => FirstImages(context.Data) } : scheme.Scheme, context.Seed);
        return network;
    }

    private static Tensor FirstImages(ImageDataset data)
    {
        using HostBatches batches = new(data.Train, data.Normalization);
        return batches.Gather([.. Enumerable.Range(0, Math.Min(ImagesToInitializeWith, data.Train.Count))]).Images.clone();
    }

    /// <summary>
    /// Linear(3072, width), ReLU, then blocks x + alpha F(x) with F made of (Linear, optional BatchNorm, ReLU), then Linear(width, 10). The ReLU at
    /// the end of a branch of two layers is left out, so that the branch can subtract too.
    /// </summary>
    private static TorchSharp.Modules.Sequential Residual(int depth, int width, int layersPerBranch, bool batchNorm)
    {
        int blocks = (depth - 2) / layersPerBranch;
        return nn.Sequential(
        [
            ("flatten", nn.Flatten()),
            ("first", nn.Linear(ImageShape.Cifar10.Size, width)),
            ("relu", nn.ReLU()),
            .. Enumerable.Range(0, blocks).Select(block => ($"block{block}", (nn.Module<Tensor, Tensor>)new ResidualBlock(Branch(width, layersPerBranch, batchNorm)))),
            ("last", nn.Linear(width, 10)),
        ]);
    }

    private static TorchSharp.Modules.Sequential Branch(int width, int layers, bool batchNorm)
    {
        List<nn.Module<Tensor, Tensor>> branch = [];
        for (int layer = 0; layer < layers; layer++)
        {
            branch.Add(nn.Linear(width, width, hasBias: !batchNorm));
            if (batchNorm)
            {
                branch.Add(nn.BatchNorm1d(width));
            }

            if (layers == 1 || layer < layers - 1)
            {
                branch.Add(nn.ReLU());
            }
        }

        return nn.Sequential([.. branch]);
    }

    private static ModelSpec Cnn(bool batchNorm) => batchNorm
        ? ModelPresets.Cnn
        : ModelPresets.Cnn with
        {
            Layers =
            [
                .. ModelPresets.Cnn.Layers.Where(layer => layer is not BatchNormSpec).Select(layer => layer switch
                {
                    Conv2dSpec conv => conv with { Bias = true },
                    LinearSpec linear => linear with { Bias = true },
                    _ => layer,
                }),
            ],
        };
}
