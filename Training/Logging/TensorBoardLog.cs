using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Optimization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Logging;

/// <summary>The run for TensorBoard: scalars per epoch, and histograms of weights and gradients every so many steps.</summary>
/// <param name="folder">The folder that <c>tensorboard --logdir</c> is pointed at.</param>
internal sealed class TensorBoardLog(string folder)
{
    private readonly Lazy<SummaryWriter> _writer = new(() => utils.tensorboard.SummaryWriter(folder));

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeSeconds(); // what the writer ought to do by itself

    /// <summary>Writes an epoch's numbers at its last step.</summary>
    /// <param name="epoch">The epoch.</param>
    public void Epoch(EpochRecord epoch)
    {
        Scalar("loss/train", epoch.TrainLoss, epoch.Step);
        Scalar("loss/validation", epoch.ValidationLoss, epoch.Step);
        Scalar("accuracy/validation", epoch.ValidationAccuracy, epoch.Step);
        Scalar("learning_rate", epoch.LearningRate, epoch.Step);
        Scalar("images_per_second", epoch.ImagesPerSecond, epoch.Step);
        Scalar("clipped/entries", epoch.ClippedEntries, epoch.Step);
        Scalar("clipped/steps", epoch.ClippedSteps, epoch.Step);
    }

    /// <summary>Writes what flows through every layer: decimal logarithms of mean squares, which a float cannot overflow.</summary>
    /// <param name="signals">What was measured.</param>
    /// <param name="summary">The same of the whole network.</param>
    public void Signals(SignalRecord signals, SignalSummary summary)
    {
        Scalar("signals/forward_rate", summary.ForwardRate, signals.Step);
        Scalar("signals/backward_rate", summary.BackwardRate, signals.Step);
        Scalar("signals/update_to_weight", summary.UpdateRatio, signals.Step);
        Scalar("signals/dead_units", summary.DeadUnits, signals.Step);
        foreach (LayerSignal layer in signals.Layers)
        {
            Scalar($"log10_mean_square/output/{layer.Name}", layer.Forward.Log10MeanSquare, signals.Step);
            Scalar($"log10_mean_square/gradient/{layer.Name}", layer.Gradient?.Log10MeanSquare, signals.Step);
            Scalar($"update_to_weight/{layer.Name}", layer.Weight?.UpdateRatio, signals.Step);
            Scalar($"dead_units/{layer.Name}", layer.Forward.DeadUnits, signals.Step);
        }
    }

    /// <summary>Writes the distribution of every parameter and of its gradient.</summary>
    /// <param name="optimizer">The parameters.</param>
    /// <param name="step">The step.</param>
    public void Histograms(MomentumSgd optimizer, long step)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        foreach ((string name, Parameter parameter) in optimizer.Parameters)
        {
            Histogram($"weights/{name}", parameter);
            if (parameter.grad is Tensor gradient)
            {
                Histogram($"gradients/{name}", gradient);
            }
        }

        void Histogram(string tag, Tensor values)
        {
            Tensor finite = values.detach().cpu().reshape(-1);
            if (finite.isfinite().all().item<bool>())
            {
                _writer.Value.add_histogram(tag, finite, (int)step, walltime: Now);
            }
        }
    }

    private void Scalar(string tag, double? value, long step)
    {
        if (value is double number)
        {
            _writer.Value.add_scalar(tag, (float)number, (int)step, Now);
        }
    }
}
