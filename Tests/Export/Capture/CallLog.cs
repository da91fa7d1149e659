using System.Reflection;
using OnnxInit.Export;
using OnnxInit.Export.Capture;
using OnnxInit.Export.Capture.Instrumentation;
using TorchSharp;

namespace OnnxInit.Tests.Export.Capture;

/// <summary>A recorder that writes down what it is told: a line per call of TorchSharp, indented by the methods around it.</summary>
internal sealed class CallLog : CallRecorder
{
    private readonly List<string> _stack = [];

    /// <summary>The calls of TorchSharp, as <c>Conv2d.forward</c>.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>The methods that were entered, in order.</summary>
    public List<string> Entered { get; } = [];

    /// <summary>The site of each of <see cref="Calls"/>.</summary>
    public List<CallSite> Sites { get; } = [];

    /// <summary>What each of <see cref="Calls"/> returned.</summary>
    public List<object?> Results { get; } = [];

    /// <summary>What each of <see cref="Calls"/> was given.</summary>
    public List<object?[]> Arguments { get; } = [];

    /// <summary>For each of <see cref="Calls"/>, the methods around it, outermost first.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>Runs a method and writes down its calls.</summary>
    public static (object? Result, CallLog Log) Of(Delegate method, params object?[] arguments)
    {
        var log = new CallLog();
        return (Run(method, log, null, arguments), log);
    }

    /// <summary>Runs a method with a log.</summary>
    public static object? Run(Delegate method, CallLog log, IReadOnlySet<Type>? leafModules, params object?[] arguments) =>
        InstrumentedCode.Run(method.Method, method.Target, arguments, log, leafModules);

    /// <summary>Code gives bit for bit what it gives when it is not recorded, and makes these calls of TorchSharp.</summary>
    public static CallLog AssertRuns(Func<torch.Tensor, torch.Tensor> code, params string[] calls)
    {
        var log = AssertSame(code);
        log.Calls.Where(call => call is not "Tensor.Dispose").Should().Equal(calls);
        return log;
    }

    /// <summary>Code gives bit for bit what it gives when it is not recorded.</summary>
    public static CallLog AssertSame(Func<torch.Tensor, torch.Tensor> code)
    {
        using var input = torch.arange(12f).reshape(3, 4) / 7 - 0.5;
        using var expected = code(input);

        var (result, log) = Of(code, input);

        var tensor = result.Should().BeAssignableTo<torch.Tensor>().Subject;
        tensor.shape.Should().Equal(expected.shape);
        tensor.bytes.ToArray().Should().Equal(expected.bytes.ToArray());
        log._stack.Should().BeEmpty();
        return log;
    }

    public override int Enter(CallSite site, MethodBase method, object? receiver)
    {
        _stack.Add(Name(method));
        Entered.Add(Name(method));
        return _stack.Count - 1;
    }

    public override void Leave(int depth) => _stack.RemoveRange(depth, _stack.Count - depth);

    public override void Before(CallSite site, MethodBase method, object?[] arguments) => arguments.Should().HaveCount(
        method.GetParameters().Length + (method.IsStatic || method.IsConstructor ? 0 : 1));

    public override void After(CallSite site, MethodBase method, object?[] arguments, object? result)
    {
        Calls.Add(Name(method));
        Sites.Add(site);
        Results.Add(result);
        Arguments.Add(arguments);
        Paths.Add(string.Join(" > ", _stack));
    }

    public override CaptureRefusedException Refusal(CallSite? site, MethodBase? method, string seen, string instead) =>
        new($"{Name(method ?? site!.Caller)}: {seen}. {instead}.");

    private static string Name(MethodBase method) => $"{method.DeclaringType!.Name.Split('`')[0]}.{method.Name}";
}
