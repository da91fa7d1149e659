using OnnxInit.Contracts.Runs;
using OnnxInit.Training.Initialization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Training.Diagnostics;

/// <summary>
/// Examines a network with one forward and one backward pass, and leaves it as it was: its modes, parameters, gradients, running statistics, and
/// torch's random numbers on the CPU. Meanwhile normalisations normalise by the batch and everything else is in evaluation mode: nothing is dropped out.
/// </summary>
public static class Doctor
{
    /// <summary>Examines a network on a batch.</summary>
    /// <param name="module">The network.</param>
    /// <param name="batch">Its inputs, [N, ...]; converted to the type and device of the first weight.</param>
    /// <param name="labels">
    /// Classes, [N], for the cross-entropy of the network's outputs, [N, K]; null for half the mean square of the outputs, the loss of a regression to 0.
    /// </param>
    /// <param name="options">What to look at; null for the defaults.</param>
    public static DoctorReport Examine(nn.Module<Tensor, Tensor> module, Tensor batch, Tensor? labels = null, DoctorOptions? options = null)
    {
        options ??= new();
        using DisposeScope scope = NewDisposeScope();
        NetworkParameters network = new(module, seed: 0);
        Tensor input = Input(batch, network);
        SingularValues? jacobian = null;
        if (options.JacobianInputs > 0)
        {
            using ForwardState state = new(network);
            jacobian = JacobianSpectrum.Of(module, input, options.JacobianInputs);
        }

        DoctorReport report = Examine(module, () => Loss(module.call(WithGradient(input)), labels), options);
        return report with { Jacobian = jacobian };
    }

    /// <summary>Examines a network of any inputs and outputs.</summary>
    /// <param name="module">The network.</param>
    /// <param name="loss">Runs the network once, by its <c>call</c>, and gives a scalar.</param>
    /// <param name="options">What to look at; null for the defaults. The Jacobian is left out.</param>
    public static DoctorReport Examine(nn.Module module, Func<Tensor> loss, DoctorOptions? options = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradient = enable_grad();
        NetworkParameters network = new(module, seed: 0);
        using ForwardState state = new(network);
        (Parameter Parameter, Tensor? Gradient)[] gradients = [.. network.All.Select(parameter => (parameter.Value, parameter.Value.grad))];
        Array.ForEach(gradients, saved => saved.Parameter.grad = null);
        try
        {
            using SignalProbe probe = SignalProbe.Attach(module, options?.Probe);
            Tensor value = loss();
            if (value.requires_grad)
            {
                value.backward();
                probe.AfterBackward();
            }

            SignalRecord record = probe.Record(step: 0);
            return new(value.to(ScalarType.Float64).item<double>(), NetworkDiagnosis.Of(record), record);
        }
        finally
        {
            Array.ForEach(gradients, saved => saved.Parameter.grad = saved.Gradient);
        }
    }

    private static Tensor Loss(Tensor outputs, Tensor? labels) => labels is null
        ? outputs.square().mean() / 2
        : nn.functional.cross_entropy(outputs, labels.to(ScalarType.Int64, outputs.device));

    /// <summary>A copy: a layer may work in place.</summary>
    private static Tensor Input(Tensor batch, NetworkParameters network)
    {
        Tensor copy = batch.detach().clone();
        return network.All.Select(parameter => parameter.Value).FirstOrDefault() is not Parameter weight ? copy
            : copy.is_floating_point() ? copy.to(weight.dtype, weight.device)
            : copy.to(weight.device);
    }

    /// <summary>Gradients flow back to an input that needs one, however many parameters are frozen; not to the leaf itself, which nothing may change in place.</summary>
    private static Tensor WithGradient(Tensor input) => input.is_floating_point() ? input.detach().requires_grad_() * 1 : input;
}
