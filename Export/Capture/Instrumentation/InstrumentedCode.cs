using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Runs code with its calls recorded: the same IL, in which every call that may touch a tensor goes through a <see cref="CallRecorder"/>.</summary>
internal static class InstrumentedCode
{
    /// <summary>Runs a method on this thread.</summary>
    /// <param name="method">The method; virtual methods are dispatched on the receiver. It is entered from a site of its own, at offset 0 of itself.</param>
    /// <param name="receiver">Its <c>this</c>; null for a static method.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="recorder">What is told of every call.</param>
    /// <param name="leafModules">Types of modules that are not the framework's, whose <c>forward</c> is nevertheless reported as a whole.</param>
    /// <returns>What the method returned; what it throws comes through as it is.</returns>
    /// <exception cref="PlatformNotSupportedException">The process cannot generate code.</exception>
    public static object? Run(
        MethodInfo method, object? receiver, object?[] arguments, CallRecorder recorder, IReadOnlySet<Type>? leafModules = null) =>
        Run(method, receiver, arguments, recorder, leafModules, Instrumenter.Shared);

    /// <summary>As the other one, with generated code that is kept apart; for tests.</summary>
    /// <param name="method">The method.</param>
    /// <param name="receiver">Its <c>this</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="recorder">What is told of every call.</param>
    /// <param name="leafModules">Modules that are reported as a whole.</param>
    /// <param name="instrumenter">Generates the code.</param>
    /// <returns>What the method returned.</returns>
    public static object? Run(
        MethodInfo method, object? receiver, object?[] arguments, CallRecorder recorder, IReadOnlySet<Type>? leafModules, Instrumenter instrumenter)
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            throw new PlatformNotSupportedException(
                "Capturing the code of forward needs run-time code generation, which NativeAOT and iOS lack. Export in a process with a JIT, or, "
                + "for a model made of Sequential only, with ExportOptions.Capture = CaptureMethod.ModuleWalk.");
        }

        var outer = Recording.Current;
        Recording.Current = new Recording(recorder, leafModules);
        try
        {
            return instrumenter.Thunk(method, method.IsVirtual ? OpCodes.Callvirt : OpCodes.Call, null) is { } thunk
                ? thunk.Code.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [.. Receiver(method, receiver), .. arguments, CallSites.Add(method, 0, method)], null)
                : method.Invoke(receiver, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        }
        finally
        {
            Recording.Current = outer;
        }
    }

    private static object?[] Receiver(MethodInfo method, object? receiver) => method.IsStatic ? [] : [receiver];
}
