using OnnxInit.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training;

/// <summary>
/// Finds where a training left the finite numbers. Looking costs nothing until it happens: a gradient that is not finite makes a
/// momentum buffer and a weight so, and with them the loss of the next step; so the loss alone is watched, and the buffers are searched
/// when it is lost, and before anything is saved. What overflows in a backward pass spoils every layer below it, so parameters are
/// searched from the last to the first.
/// </summary>
internal static class Divergence
{
    private const string Remedy = "The last checkpoint is of before. Train again with a lower learning rate, with the gradient clipped (by norm, to 1) or with another initialisation.";

    /// <summary>Explains a loss that is not finite.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="model">The network.</param>
    /// <param name="optimizer">Its momentum.</param>
    /// <param name="images">The batch.</param>
    /// <param name="step">The step of the loss.</param>
    public static NonFiniteException OfLoss(double loss, nn.Module<Tensor, Tensor> model, MomentumSgd optimizer, Tensor images, long step)
    {
        string what = $"The training stopped at step {step}: the loss is {Text(loss)}.";
        (string? layer, string statistic) = Search(optimizer);
        if (layer is not null)
        {
            return new($"{what} The first thing to be so was the {statistic} of '{layer}' at step {step - 1}. {Remedy}", step - 1, layer, statistic);
        }

        layer = FirstOutput(model, images);
        return layer is not null
            ? new($"{what} The first layer whose output is not finite is '{layer}'. {Remedy}", step, layer, "output")
            : new($"{what} Every layer's output is finite. {Remedy}", step, null, "loss");
    }

    /// <summary>Explains a gradient that is not finite, or whose norm is not.</summary>
    /// <param name="gradient">What clipping found.</param>
    /// <param name="step">The step of the gradient.</param>
    public static NonFiniteException OfGradient(ClippedGradient gradient, long step) => (gradient.NonFinite, gradient.Norm) switch
    {
        (string layer, double.NaN) => new($"The training stopped at step {step}: the gradient of '{layer}' is not finite. {Remedy}", step, layer, "gradient"),
        (string layer, double norm) => new($"The training stopped at step {step}: the gradient of '{layer}' is not finite, and its norm is {Text(norm)}. {Remedy}", step, layer, "gradient"),
        (null, double norm) => new($"The training stopped at step {step}: the gradient's norm is {Text(norm)}. Every gradient is finite, and the sum of their squares is not. {Remedy}", step, null, "norm"),
    };

    /// <summary>
    /// Throws when a weight, a momentum buffer or a running statistic is not finite, so that nothing of that kind is saved. BatchNorm's variance
    /// may overflow while its output, and with it the loss, stays finite.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="optimizer">Its momentum.</param>
    /// <param name="step">The last step made.</param>
    public static void ThrowIfDiverged(nn.Module model, MomentumSgd optimizer, long step)
    {
        (string? layer, string statistic) = Search(optimizer);
        if (layer is null)
        {
            layer = model.named_buffers().Where(buffer => !IsFinite(buffer.buffer)).Select(buffer => buffer.name).FirstOrDefault();
            statistic = "running statistic";
        }

        if (layer is not null)
        {
            throw new NonFiniteException($"The training stopped after step {step}: the {statistic} of '{layer}' is not finite. {Remedy}", step, layer, statistic);
        }
    }

    private static (string? Layer, string Statistic) Search(MomentumSgd optimizer)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        string? layer = optimizer.Buffers.Reverse().Where(buffer => !IsFinite(buffer.Value)).Select(buffer => buffer.Name).FirstOrDefault();
        return layer is not null
            ? (layer, "gradient")
            : (optimizer.Parameters.Reverse().Where(parameter => !IsFinite(parameter.Value)).Select(parameter => parameter.Name).FirstOrDefault(), "weight");
    }

    private static string? FirstOutput(nn.Module<Tensor, Tensor> model, Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor value = images;
        foreach ((string name, nn.Module child) in model is Sequential ? model.named_children() : [])
        {
            value = ((nn.Module<Tensor, Tensor>)child).call(value);
            if (!IsFinite(value))
            {
                return name;
            }
        }

        return null;
    }

    private static bool IsFinite(Tensor tensor)
    {
        using DisposeScope scope = NewDisposeScope();
        return tensor.isfinite().all().item<bool>();
    }

    private static string Text(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "infinite" : "minus infinite";
}
