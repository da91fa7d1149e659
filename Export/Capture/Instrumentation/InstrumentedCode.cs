using System.Reflection;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Runs code with its calls recorded: the same IL, in which every call that may touch a tensor goes through a <see cref="CallRecorder"/>.</summary>
internal static class InstrumentedCode
{
    /// <summary>Runs a method on this thread.</summary>
    /// <param name="method">The method; virtual methods are dispatched on the receiver.</param>
    /// <param name="receiver">Its <c>this</c>; null for a static method.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="recorder">What is told of every call.</param>
    /// <returns>What the method returned; what it throws comes through as it is.</returns>
    public static object? Run(MethodInfo method, object? receiver, object?[] arguments, CallRecorder recorder) => throw new NotSupportedException();
}
