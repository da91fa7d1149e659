using System.Reflection;
using System.Reflection.Emit;
using OnnxInit.Export;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Capture;

/// <summary>Code whose calls would not be seen is refused, where it is met.</summary>
public class InstrumentationRefusalTests
{
    [Fact]
    public void Async_methods() => AssertRefused(
        x => Later(x).Result, "InstrumentationRefusalTests.Later: it is async. Make it synchronous.");

    [Fact]
    public void Async_lambdas() => AssertRefused(
        x => new Func<Task<Tensor>>(async () =>
        {
            await Task.Yield();
            return x;
        })().Result,
        "*it is async. Make it synchronous.");

    [Fact]
    public void Async_iterators() => AssertRefused(
        x =>
        {
            _ = Stream(x);
            return x;
        },
        "InstrumentationRefusalTests.Stream: it is async. Make it synchronous.");

    public static TheoryData<string, Func<Tensor, Tensor>> OtherThreads() => new()
    {
        { "Parallel.For", x => { Parallel.For(0, 2, i => x.neg()); return x; } },
        { "Parallel.ForEach", x => { Parallel.ForEach([1, 2], i => x.neg()); return x; } },
        { "Task.Run", x => Task.Run(() => x.neg()).Result },
        { "TaskFactory.StartNew", x => Task.Factory.StartNew(() => x.neg(), default, TaskCreationOptions.None, TaskScheduler.Default).Result },
        { "new Task", x => { var task = new Task<Tensor>(() => x.neg()); task.RunSynchronously(); return task.Result; } },
        { "new Thread", x => { new Thread(() => x.neg()).Start(); return x; } },
        { "ThreadPool.QueueUserWorkItem", x => { ThreadPool.QueueUserWorkItem(_ => x.neg()); return x; } },
        { "new Timer", x => { using var timer = new Timer(_ => x.neg()); return x; } },
        { "ParallelEnumerable.AsParallel", x => new[] { 1, 2 }.AsParallel().Select(i => x * i).First() },
    };

    [Theory]
    [MemberData(nameof(OtherThreads), DisableDiscoveryEnumeration = true)]
    public void Other_threads(string call, Func<Tensor, Tensor> code) => AssertRefused(
        code, $"*it hands work to another thread ({call}). Write a plain loop.");

    [Fact]
    public void Dynamic() => AssertRefused(
        x =>
        {
            dynamic y = x;
            return y.neg();
        },
        "*it uses dynamic. Name the type.");

    [Fact]
    public void Reflection_on_what_takes_tensors()
    {
        AssertRefused(
            x => (Tensor)typeof(Tensor).GetMethod("neg", [])!.Invoke(x, [])!,
            "*it calls neg by reflection (MethodBase.Invoke). Call it directly.");
        AssertRefused(
            x => (Tensor)new Func<Tensor, Tensor>(y => y.neg()).DynamicInvoke(x)!,
            "*by reflection (Delegate.DynamicInvoke). Call it directly.");
        AssertRefused(
            x => ((Holder)Activator.CreateInstance(typeof(Holder), x)!).Value, "*it calls code by reflection (Activator.CreateInstance). Call it directly.");
        CallLog.AssertRuns(x => x * (int)typeof(Math).GetMethod("Abs", [typeof(int)])!.Invoke(null, [-2])!, "Tensor.op_Multiply");
        CallLog.AssertRuns(x => ((IDoubles)typeof(Doubles).GetConstructor([])!.Invoke([])).Double(x), "Tensor.op_Addition");
    }

    [Fact]
    public void Comparisons_of_tensors_by_value_that_do_not_look_like_it()
    {
        AssertRefused(
            x => new List<Tensor> { x }.Contains(x * 2) ? x : x.neg(),
            "*it compares tensors by value (List.Contains). Compare references, with ReferenceEquals.");
        AssertRefused(
            x => new Signal(x, 1) == new Signal(x * 2, 1) ? x : x.neg(),
            "Signal.Equals: it compares tensors by value (EqualityComparer.Equals). Compare references, with ReferenceEquals.");
        AssertRefused(
            x => new[] { new Signal(x, 1) }.Contains(new Signal(x * 2, 1)) ? x : x.neg(),
            "*it compares tensors by value (*.Contains). Compare references, with ReferenceEquals.");
        AssertRefused(
            x => (x, 1).Equals((x, 2)) ? x : x.neg(), "*it compares tensors by value (ValueTuple.Equals). Compare references, with ReferenceEquals.");
        CallLog.AssertRuns(
            x => new List<nn.Module> { nn.ReLU() }.Contains(nn.ReLU()) || !new HashSet<Tensor> { x }.Contains(x) ? x : x.neg(),
            "nn.ReLU", "nn.ReLU", "Tensor.neg");
    }

    [Fact]
    public void Compiled_expressions()
    {
        var compiled = Negation().Compile();

        AssertRefused(x => compiled(x), "*it calls code that was generated at run time (a compiled expression). Write the method in C#.");

        static System.Linq.Expressions.Expression<Func<Tensor, Tensor>> Negation() => x => x.neg();
    }

    [Fact]
    public void Queries_as_expressions() => AssertRefused(
        x => new[] { x }.AsQueryable().Select(y => y.neg()).First(),
        "*it hands code to the framework as an expression (Queryable.Select). Use IEnumerable instead of IQueryable.");

    [Fact]
    public void Function_pointers_and_jumps_into_other_methods()
    {
        AssertRefused(Compiled(OpCodes.Calli), "Code.Run: it calls a function pointer. Use a delegate.");
        AssertRefused(Compiled(OpCodes.Jmp), "Code.Run: it has the IL instruction jmp. Call the method.");
    }

    [Fact]
    public void What_is_not_run_is_not_refused() => CallLog.AssertRuns(
        x =>
        {
            if (x.dim() == 7)
            {
                Parallel.For(0, 2, i => x.neg());
                return Later(x).Result;
            }

            return x.neg();
        },
        "Tensor.dim", "Tensor.neg");

    private static async Task<Tensor> Later(Tensor x)
    {
        await Task.Yield();
        return x.neg();
    }

    private static async IAsyncEnumerable<Tensor> Stream(Tensor x)
    {
        await Task.Yield();
        yield return x;
    }

    private static void AssertRefused(Func<Tensor, Tensor> code, string message) =>
        new Action(() => CallLog.Of(code, ones(2, 3))).Should().ThrowExactly<CaptureRefusedException>().WithMessage(message);

    /// <summary>A method with an instruction that safe C# does not write.</summary>
    private static Func<Tensor, Tensor> Compiled(OpCode code)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Unsafe" + code.Name), typeof(object).Assembly);
        var type = assembly.DefineDynamicModule("Unsafe").DefineType("Code", TypeAttributes.Public);
        var method = type.DefineMethod("Run", MethodAttributes.Public | MethodAttributes.Static, typeof(Tensor), [typeof(Tensor)]);
        var negate = typeof(torch).GetMethod(nameof(torch.neg), [typeof(Tensor)])!;
        var il = method.GetILGenerator();
        if (code == OpCodes.Calli)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldftn, negate);
            il.EmitCalli(OpCodes.Calli, CallingConventions.Standard, typeof(Tensor), [typeof(Tensor)], null);
            il.Emit(OpCodes.Ret);
        }
        else
        {
            il.Emit(OpCodes.Jmp, negate);
        }

        type.CreateType();
        using var image = new MemoryStream();
        assembly.Save(image);
        return Assembly.Load(image.ToArray()).GetType("Code")!.GetMethod("Run")!.CreateDelegate<Func<Tensor, Tensor>>();
    }

    private interface IDoubles
    {
        Tensor Double(Tensor x);
    }

    private sealed class Holder(Tensor value)
    {
        public Tensor Value { get; } = value.neg();
    }

    private sealed record Signal(Tensor Value, int Gain);

    private sealed class Doubles : IDoubles
    {
        public Tensor Double(Tensor x) => x + x;
    }
}
