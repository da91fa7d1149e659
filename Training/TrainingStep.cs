using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Data;
using OnnxInit.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Training;

/// <summary>One step of gradient descent: gather, forward, cross-entropy, backward, clip, update.</summary>
/// <param name="model">The network, in training mode.</param>
/// <param name="optimizer">Its optimizer.</param>
/// <param name="batches">Where the images come from.</param>
/// <param name="configuration">Clipping, and whether to go on when something is not finite.</param>
public sealed class TrainingStep(nn.Module<Tensor, Tensor> model, MomentumSgd optimizer, IBatches batches, TrainingConfiguration configuration)
{
    private readonly GradientClipping _clipping = new(configuration.ClipValue, configuration.ClipNorm);

    /// <summary>Makes a step.</summary>
    /// <param name="indices">The images of the batch.</param>
    /// <param name="learningRate">The step size.</param>
    /// <param name="step">The number of the step, from 1, for messages.</param>
    /// <param name="gradients">Looks at the gradients, clipped if they are, before the update; null when nobody does.</param>
    /// <returns>The batch's mean loss, and what was clipped.</returns>
    /// <exception cref="NonFiniteException">The loss, or the gradient's norm, is not finite; nothing was updated.</exception>
    public (double Loss, ClippedGradient Clipped) Run(ReadOnlySpan<int> indices, double learningRate, long step, Action? gradients = null)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor images, Tensor loss) = Forward(indices);
        double value = loss.item<float>();
        if (!double.IsFinite(value) && !configuration.KeepGoing)
        {
            throw Divergence.OfLoss(value, model, optimizer, images, step);
        }

        ClippedGradient clipped = Backward(loss);
        if (!configuration.KeepGoing && (clipped.NonFinite is not null || (configuration.ClipNorm is not null && !double.IsFinite(clipped.Norm))))
        {
            throw Divergence.OfGradient(clipped, step);
        }

        gradients?.Invoke();
        optimizer.Step(learningRate);
        return (value, clipped);
    }

    /// <summary>Computes the gradients of a step, and makes none: weights, momentum and running statistics are the same bits afterwards, and the gradients are gone.</summary>
    /// <param name="indices">The images of the batch.</param>
    /// <param name="gradients">Looks at the gradients, clipped if they are.</param>
    public void Measure(ReadOnlySpan<int> indices, Action gradients)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor Buffer, Tensor Value)[] statistics = [.. model.named_buffers().Select(buffer => (buffer.buffer, buffer.buffer.clone()))]; // BatchNorm takes every batch into account
        Backward(Forward(indices).Loss);
        gradients();
        using IDisposable noGradient = no_grad();
        foreach ((Tensor buffer, Tensor value) in statistics)
        {
            buffer.copy_(value);
        }

        foreach ((_, TorchSharp.Modules.Parameter parameter) in optimizer.Parameters)
        {
            using Tensor? gradient = parameter.grad;
            parameter.grad = null;
        }
    }

    private (Tensor Images, Tensor Loss) Forward(ReadOnlySpan<int> indices)
    {
        (Tensor images, Tensor labels) = batches.Gather(indices);
        return (images, nn.functional.cross_entropy(model.call(images), labels));
    }

    private ClippedGradient Backward(Tensor loss)
    {
        loss.backward();
        return _clipping.Enabled ? _clipping.Apply(optimizer.Parameters) : default;
    }
}
