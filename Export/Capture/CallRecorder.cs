using System.Reflection;

namespace OnnxInit.Export.Capture;

/// <summary>What instrumented code reports to. It belongs to one thread and one run of a <c>forward</c>.</summary>
internal abstract class CallRecorder
{
    /// <summary>A method whose body is instrumented is entered.</summary>
    /// <param name="site">Where it is called.</param>
    /// <param name="method">The method that runs, after virtual dispatch.</param>
    /// <param name="receiver">Its <c>this</c>; null for a static method.</param>
    /// <returns>The depth of the stack before, for <see cref="Leave"/>.</returns>
    public abstract int Enter(CallSite site, MethodBase method, object? receiver);

    /// <summary>It returned. Frames above, left by an exception that was caught, go with it.</summary>
    /// <param name="depth">What <see cref="Enter"/> gave.</param>
    public abstract void Leave(int depth);

    /// <summary>TorchSharp is about to be called.</summary>
    /// <param name="site">Where.</param>
    /// <param name="method">The method that will run, after virtual dispatch.</param>
    /// <param name="arguments">The receiver first, if any; spans as arrays, what cannot be boxed as null.</param>
    /// <exception cref="CaptureRefusedException">The call cannot be captured.</exception>
    public abstract void Before(CallSite site, MethodBase method, object?[] arguments);

    /// <summary>TorchSharp was called.</summary>
    /// <param name="site">Where.</param>
    /// <param name="method">The method that ran.</param>
    /// <param name="arguments">As of <see cref="Before"/>, with by-reference arguments as they are afterwards.</param>
    /// <param name="result">What it returned; null for void; of a constructor, the new object.</param>
    public abstract void After(CallSite site, MethodBase method, object?[] arguments, object? result);

    /// <summary>The refusal of something at a call or in the method that is being entered.</summary>
    /// <param name="site">The call; null where there is none.</param>
    /// <param name="method">The method that cannot be captured; null where it is the call itself.</param>
    /// <param name="seen">What was seen, a clause: <c>it is async</c>.</param>
    /// <param name="instead">What to write instead, a sentence without its stop.</param>
    public abstract CaptureRefusedException Refusal(CallSite? site, MethodBase? method, string seen, string instead);
}
