using System.Reflection;
using OnnxInit.Contracts;
using static TorchSharp.torch;

namespace OnnxInit.Export.Capture;

/// <summary>Runs the modules of a Sequential one after the other, nested or not, and tells a recorder of each: capture without generated code.</summary>
internal static class SequentialWalk
{
    /// <summary>Runs a model.</summary>
    /// <param name="model">A Sequential, or a single module of the framework.</param>
    /// <param name="input">Its input.</param>
    /// <param name="recorder">What is told.</param>
    /// <param name="leafModules">Module types of the user's that are lowered as a whole.</param>
    /// <exception cref="InvalidInputException">A module's forward is the user's own code.</exception>
    public static Tensor Run(nn.Module model, Tensor input, CallRecorder recorder, IReadOnlySet<Type> leafModules)
    {
        if (model.GetType() == typeof(TorchSharp.Modules.Sequential))
        {
            return model.named_children().Aggregate(input, (value, child) => Run(child.module, value, recorder, leafModules));
        }

        MethodInfo? forward = model.GetType().GetMethod("forward", [typeof(Tensor)]);
        if (forward is null || (forward.DeclaringType!.Assembly != typeof(nn).Assembly && !leafModules.Contains(model.GetType())))
        {
            throw new InvalidInputException(
                $"{model.GetType().Name} has code of its own in forward, which CaptureMethod.ModuleWalk does not look into. Export with CaptureMethod.Code, make the model of Sequential only, or register a lowering for {model.GetType().Name}.");
        }

        if (ModuleHooks.AreOn(model))
        {
            throw new InvalidInputException($"{model.GetType().Name} has forward hooks, which CaptureMethod.ModuleWalk does not run. Export with CaptureMethod.Code, or remove them.");
        }

        CallSite site = new(forward, 0, forward);
        object?[] arguments = [model, input];
        recorder.Before(site, forward, arguments);
        object? result = forward.Invoke(model, BindingFlags.DoNotWrapExceptions, null, [input], null);
        recorder.After(site, forward, arguments, result);
        return (Tensor)result!;
    }
}
