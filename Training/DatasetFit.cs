using OnnxInit.Contracts;
using OnnxInit.Contracts.Data;
using OnnxInit.Contracts.Models;

namespace OnnxInit.Training;

/// <summary>Whether a network can learn a data set.</summary>
public static class DatasetFit
{
    /// <summary>Checks that images go in and classes come out.</summary>
    /// <param name="model">The network.</param>
    /// <param name="dataset">The images.</param>
    /// <exception cref="InvalidInputException">They do not fit, or the network is impossible.</exception>
    public static void Check(ModelSpec model, ImageDataset dataset)
    {
        IReadOnlyList<TracedLayer> layers = model.Trace();
        ImageShape shape = dataset.Train.Shape;
        if (!model.Input.SequenceEqual([shape.Channels, shape.Height, shape.Width]))
        {
            throw new InvalidInputException($"The network '{model.Name}' takes [{string.Join(", ", model.Input)}], and the images are [{shape.Channels}, {shape.Height}, {shape.Width}]. Change the network's input.");
        }

        if (!layers[^1].Output.SequenceEqual([dataset.ClassNames.Count]))
        {
            throw new InvalidInputException($"The network '{model.Name}' gives [{string.Join(", ", layers[^1].Output)}], and there are {dataset.ClassNames.Count} classes. End it with a linear layer of {dataset.ClassNames.Count}.");
        }
    }

    /// <summary>Whether a network normalises each unit by the batch alone, so that a batch of one image leaves nothing of it.</summary>
    /// <param name="model">The network.</param>
    public static bool NeedsTwoImages(ModelSpec model) => model.Trace().Any(layer => layer.Layer.UsesBatchStatistics && layer.Input.Skip(1).All(axis => axis == 1));
}
