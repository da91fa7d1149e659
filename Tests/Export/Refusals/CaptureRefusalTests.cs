using OnnxInit.Export;
using OnnxInit.Tests.Export.Lowerings;
using TorchSharp;
using static OnnxInit.Tests.Export.Refusals.RefusedForwards;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Refusals;

public sealed class CaptureRefusalTests
{
    private static readonly Dictionary<string, (Func<nn.Module> Module, string Message)> Rows = new()
    {
        ["item"] = (() => Of(x => x * x.sum().item<float>()), ""),
        ["ToSingle"] = (() => Of(x => x * x.sum().ToSingle()), ""),
        ["a cast to a number"] = (() => Of(x => x * (double)x.sum()), ""),
        ["data"] = (() => Of(x => x * x.data<float>()[0]), ""),
        ["bytes"] = (() => Of(x => x * x.bytes[0]), ""),
        ["an if on a value"] = (() => Of(x => (x.sum() > 0).ToBoolean() ? x : -x), ""),
        ["allclose"] = (() => Of(x => x.allclose(zeros_like(x)) ? x : -x), ""),
        ["ToString"] = (() => Of(x => x.ToString().Length > 10 ? x : -x), ""),
        ["a value in a nested module"] = (() => new Nested(new Gate()), ""),
        ["a branch on the batch size"] = (() => Of(BranchOnTheBatch), ""),
        ["a loop over the batch"] = (() => Of(LoopOverTheBatch), ""),
        ["as many tensors as the batch"] = (() => Of(x => stack(x.unbind(0).Reverse().ToArray())), ""),
        ["a fraction of the batch size"] = (() => Of(x => x / Math.Sqrt(x.shape[0])), ""),
        ["half the batch size"] = (() => Of(x => x * (x.shape[0] / 2)), ""),
        ["the square of the batch size"] = (() => Of(x => x * (x.shape[0] * x.shape[0])), ""),
        ["the type of the result by batch size"] = (() => Of(x => x.to(x.shape[0] > 2 ? ScalarType.Float32 : ScalarType.Float64)), ""),
        ["state between calls"] = (() => new Remembering(), ""),
        ["a counter"] = (() => new Stepping(), ""),
        ["a buffer that counts"] = (() => new Counting(), ""),
        ["writing to a parameter"] = (() => new WithParameter((scale, input) => scale.mul_(2)), ""),
        ["writing to a view of a parameter"] = (() => new WithParameter((scale, input) => scale.view(3, 1).mul_(2)), ""),
        ["writing the input into a parameter"] = (() => new WithParameter((scale, input) => scale.copy_(input[0])), ""),
        ["a stale view"] = (() => Of(Stale), ""),
        ["a stale output"] = (() => Of(StaleOutput), ""),
        ["randn"] = (() => Of(x => x + randn(3)), ""),
        ["rand_like"] = (() => Of(x => x + rand_like(x)), ""),
        ["bernoulli"] = (() => Of(x => x * x.sigmoid().bernoulli()), ""),
        ["dropout that is training by default"] = (() => Of(x => nn.functional.dropout(x)), ""),
        ["complex numbers"] = (() => Of(x => fft.fft_(x)), ""),
        ["async"] = (() => Of(x => LaterAsync(x).Result), ""),
        ["Task.Run"] = (() => Of(x => Task.Run(() => x * 2).Result), ""),
        ["Parallel.For"] = (() => Of(x =>
        {
            Tensor[] parts = new Tensor[2];
            Parallel.For(0, 2, i => parts[i] = x * i);
            return cat(parts);
        }), ""),
        ["a thread"] = (() => Of(x =>
        {
            Tensor? result = null;
            Thread thread = new(() => result = x * 2);
            thread.Start();
            thread.Join();
            return result!;
        }), ""),
        ["AsParallel"] = (() => Of(x => cat(new[] { 1, 2 }.AsParallel().AsOrdered().Select(i => x * i).ToArray())), ""),
        ["dynamic"] = (() => Of(x =>
        {
            dynamic value = x;
            return (Tensor)value.relu();
        }), ""),
        ["reflection"] = (() => Of(x => typeof(Tensor).GetMethod("relu", Type.EmptyTypes)!.Invoke(x, null)!), ""),
        ["a compiled expression"] = (() => Of(x => Compiled(x) + 1), ""),
        ["a module that contains itself"] = (() => new Cyclic(), ""),
        ["no result"] = (() => new Returning(_ => null), ""),
        ["a dictionary"] = (() => new Returning(x => new Dictionary<string, Tensor> { ["a"] = x + 1 }), ""),
        ["a number"] = (() => new Returning(x => x.shape[1]), ""),
        ["as many results as the batch"] = (() => new Returning(x => x.split(1)), ""),
    };

    public static TheoryData<string> RowNames => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(RowNames))]
    public void Export_refuses_and_says_where_and_what_to_write_instead(string row)
    {
        using DisposeScope scope = NewDisposeScope();
        using nn.Module module = Rows[row].Module();
        Action export = () => OnnxExporter.Export(module, TestInput.Float(4, 3).Example("input").Tensor);
        string message = export.Should().Throw<CaptureRefusedException>().Which.Message;
        message.Should().Be(Rows[row].Message);
    }
}
