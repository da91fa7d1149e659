using System.Text.RegularExpressions;
using OnnxInit.Export;
using OnnxInit.Tests.Export.Lowerings;
using TorchSharp;
using static OnnxInit.Tests.Export.Refusals.RefusedForwards;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Refusals;

public sealed class CaptureRefusalTests
{
    private const string Lambda = "Cannot export the model, CaptureRefusalTests..cctor (lambda) (CaptureRefusalTests.cs): ";

    private static readonly Dictionary<string, (Func<nn.Module> Module, string Message)> Rows = new()
    {
        ["item"] = (() => Of(x => x * x.sum().item<float>()), ReadsValue("Tensor.item")),
        ["ToSingle"] = (() => Of(x => x * x.sum().ToSingle()), ReadsValue("Tensor.ToSingle")),
        ["a cast to a number"] = (() => Of(x => x * (double)x.sum()), ReadsValue("the cast to Double")),
        ["data"] = (() => Of(x => x * x.data<float>()[0]), ReadsValue("Tensor.data")),
        ["bytes"] = (() => Of(x => x * x.bytes[0]), ReadsValue("Tensor.bytes")),
        ["an if on a value"] = (() => Of(x => (x.sum() > 0).ToBoolean() ? x : -x), ReadsValue("Tensor.ToBoolean")),
        ["allclose"] = (() => Of(x => x.allclose(zeros_like(x)) ? x : -x), ReadsValue("Tensor.allclose")),
        ["ToString"] = (() => Of(x => x.ToString().Length > 10 ? x : -x), ReadsValue("Tensor.ToString")),
        ["a value in a nested module"] = (() => new Nested(new Gate()), "Cannot export module 'body.encoder.gate', Gate.forward (RefusedForwards.cs): the value of a tensor that depends on the input flows into C# code (Tensor.ToSingle) and would be frozen. Compute with tensors throughout: torch.where instead of if, masks instead of loops over values."),
        ["a branch on the batch size"] = (() => Of(BranchOnTheBatch), "Cannot export the model, Tensor.sigmoid (RefusedForwards.cs): control flow depends on the size of a dynamic axis: at N = 2 forward calls Tensor.sigmoid (RefusedForwards.cs), at N = 5 forward calls Tensor.relu (RefusedForwards.cs). Write the same operations for every size, with torch.where or masks in place of if, or make the axis static."),
        ["a loop over the batch"] = (() => Of(LoopOverTheBatch), "Cannot export the model, Tensor.this[] (RefusedForwards.cs): control flow depends on the size of a dynamic axis: at N = 2 forward calls Tensor.this[] (RefusedForwards.cs), at N = 1 forward calls torch.stack (RefusedForwards.cs). Write the same operations for every size, with torch.where or masks in place of if, or make the axis static."),
        ["as many tensors as the batch"] = (() => Of(x => stack(x.unbind(0).Reverse().ToArray())), "Cannot export the model, Tensor.unbind (CaptureRefusalTests.cs): it gives so many tensors: 2 at N = 2, 5 at N = 5. Make the number of tensors independent of the input."),
        ["a fraction of the batch size"] = (() => Of(x => x / Math.Sqrt(x.shape[0])), "Cannot export the model, operator / (CaptureRefusalTests.cs): it is given a number that C# computed, 1.4142135623730951 at N = 2, 2.23606797749979 at N = 5, and that would be frozen. Compute it with tensors, or make the axis static."),
        ["half the batch size"] = (() => Of(x => x * (x.shape[0] / 2)), "Cannot export the model, operator * (CaptureRefusalTests.cs): it is given an integer that C# computed, 1 at N = 2, 2 at N = 5, which is neither a sum of products of the sizes of dynamic axes nor the size of an axis of a tensor. Take it from the shape of a tensor that has this size, or make the axis static."),
        ["the square of the batch size"] = (() => Of(x => x * (x.shape[0] * x.shape[0])), "Cannot export the model, operator * (CaptureRefusalTests.cs): it is given an integer that C# computed, 4 at N = 2, 25 at N = 5, which is neither a sum of products of the sizes of dynamic axes nor the size of an axis of a tensor. Take it from the shape of a tensor that has this size, or make the axis static."),
        ["the type of the result by batch size"] = (() => Of(x => x.to(x.shape[0] > 2 ? ScalarType.Float32 : ScalarType.Float64)), "Cannot export the model, Tensor.to (CaptureRefusalTests.cs): it is given Float64 at N = 2, Float32 at N = 5. Make the argument independent of the input."),
        ["state between calls"] = (() => new Remembering(), "Cannot export the model, Remembering.forward (RefusedForwards.cs): it uses a tensor that an earlier call of forward has made of its input: state kept between calls. Take the state as an input of forward and return the new one."),
        ["a counter"] = (() => new Stepping(), "Cannot export the model, operator * (RefusedForwards.cs): it is given a number that C# computed, 2 in one run and 3 in the next, and that would be frozen. Make forward a function of its inputs and the model's parameters alone."),
        ["a buffer that counts"] = (() => new Counting(), "Cannot export the model, Counting.forward (RefusedForwards.cs): Tensor.add_ writes to 'calls', a parameter or buffer of the model. Compute a new value and return it, or keep state outside of the model."),
        ["writing to a parameter"] = (() => new WithParameter((scale, input) => scale.mul_(2)), Lambda + "Tensor.mul_ writes to 'scale', a parameter or buffer of the model. Compute a new value and return it, or keep state outside of the model."),
        ["writing to a view of a parameter"] = (() => new WithParameter((scale, input) => scale.view(3, 1).mul_(2)), Lambda + "Tensor.mul_ writes to a view of a parameter or buffer of the model. Clone it first."),
        ["writing the input into a parameter"] = (() => new WithParameter((scale, input) => scale.copy_(input[0])), Lambda + "Tensor.copy_ writes to 'scale', a parameter or buffer of the model. Compute a new value and return it, or keep state outside of the model."),
        ["a stale view"] = (() => Of(Stale), "Cannot export the model, operator + (RefusedForwards.cs): it uses a tensor whose memory was changed in place, through another tensor that shares it, by Tensor.add_ (RefusedForwards.cs). Use the operation that is not in place (without the trailing _), or clone the tensor first."),
        ["a stale output"] = (() => Of(StaleOutput), "Cannot export the model: output 1 of forward shares memory that Tensor.relu_ (RefusedForwards.cs) changed in place. Use the operation that is not in place, or clone the tensor first."),
        ["randn"] = (() => Of(x => x + randn(3)), Lambda + "it draws random numbers (torch.randn). Draw them outside of forward and pass them as an input."),
        ["rand_like"] = (() => Of(x => x + rand_like(x)), Lambda + "it draws random numbers (torch.rand_like). Draw them outside of forward and pass them as an input."),
        ["bernoulli"] = (() => Of(x => x * x.sigmoid().bernoulli()), Lambda + "it draws random numbers (Tensor.bernoulli). Draw them outside of forward and pass them as an input."),
        ["a Dropout that is not registered"] = (() => new Hiding(nn.Dropout()), "Cannot export module 'Dropout', Hiding.forward (RefusedForwards.cs): Dropout is in training mode, since the model does not know it and cannot put it into eval mode. Register it: a field and RegisterComponents, register_module, or a ModuleList."),
        ["a BatchNorm that is not registered"] = (() => new Hiding(nn.BatchNorm1d(3)), "Cannot export module 'BatchNorm1d', Hiding.forward (RefusedForwards.cs): BatchNorm1d is in training mode, since the model does not know it and cannot put it into eval mode. Register it: a field and RegisterComponents, register_module, or a ModuleList."),
        ["a Dropout made in forward"] = (() => Of(x => nn.Dropout().call(x)), "Cannot export module 'Dropout', CaptureRefusalTests..cctor (lambda) (CaptureRefusalTests.cs): Dropout is in training mode, since the model does not know it and cannot put it into eval mode. Register it: a field and RegisterComponents, register_module, or a ModuleList."),
        ["dropout that is training by default"] = (() => Of(x => nn.functional.dropout(x)), Lambda + "functional.dropout drops values at random, since its training is true. Pass training: training, the module's own mode, or use a Dropout module."),
        ["complex numbers"] = (() => Of(x => fft.fft_(x)), "Cannot export the model, fft.fft_ (CaptureRefusalTests.cs): it gives complex numbers, on which ONNX has no operations. Keep real and imaginary parts in tensors of their own."),
        ["async"] = (() => Of(x => LaterAsync(x).Result), "Cannot export the model, RefusedForwards.LaterAsync (CaptureRefusalTests.cs): it is async. Make it synchronous."),
        ["Task.Run"] = (() => Of(x => Task.Run(() => x * 2).Result), Lambda + "it hands work to another thread (Task.Run). Write a plain loop."),
        ["Parallel.For"] = (() => Of(x =>
        {
            Tensor[] parts = new Tensor[2];
            Parallel.For(0, 2, i => parts[i] = x * i);
            return cat(parts);
        }), Lambda + "it hands work to another thread (Parallel.For). Write a plain loop."),
        ["a thread"] = (() => Of(x =>
        {
            Tensor? result = null;
            Thread thread = new(() => result = x * 2);
            thread.Start();
            thread.Join();
            return result!;
        }), Lambda + "it hands work to another thread (new Thread). Write a plain loop."),
        ["AsParallel"] = (() => Of(x => cat(new[] { 1, 2 }.AsParallel().AsOrdered().Select(i => x * i).ToArray())), Lambda + "it hands work to another thread (ParallelEnumerable.AsParallel). Write a plain loop."),
        ["dynamic"] = (() => Of(x =>
        {
            dynamic value = x;
            return (Tensor)value.relu();
        }), "Cannot export the model, CaptureRefusalTests..cctor (lambda) (RefusedForwards.cs): it uses dynamic. Name the type."),
        ["reflection"] = (() => Of(x => typeof(Tensor).GetMethod("relu", Type.EmptyTypes)!.Invoke(x, null)!), Lambda + "it calls relu by reflection (MethodBase.Invoke). Call it directly."),
        ["a compiled expression"] = (() => Of(x => Compiled(x) + 1), Lambda + "it calls code that was generated at run time (a compiled expression). Write the method in C#."),
        ["a module that contains itself"] = (() => new Cyclic(), "Cannot export module 'child.parent' (Cyclic): it contains itself, through a field or register_module in one of its children. Hold the parent in a delegate or an array, which are not registered."),
        ["a parameter chosen by the batch size"] = (() => new ChoosingByBatch(), "Cannot export the model, operator * (RefusedForwards.cs): it uses '_other' in one run and another parameter, buffer or tensor in the next. Use the same for every size, with torch.where in place of a choice in C#, or make the axis static."),
        ["a constant chosen by the batch size"] = (() => Of(x =>
        {
            Tensor one = ones(3);
            Tensor half = full(3, 0.5f);
            return x * (x.shape[0] == 1 ? one : half);
        }), "Cannot export the model, operator * (CaptureRefusalTests.cs): an argument comes of another operation, at N = 2 and at N = 1. Make the order of operations independent of the input."),
        ["a cache of the first input"] = (() => new RememberingTheFirst(), "Cannot export the model, RememberingTheFirst.forward (RefusedForwards.cs): it uses a tensor that an earlier call of forward has made of its input: state kept between calls. Take the state as an input of forward and return the new one."),
        ["tolist"] = (() => Of(x => ((Scalar)x.sum().tolist()).ToSingle() > 0 ? x : -x), ReadsValue("Tensor.tolist")),
        ["Equals"] = (() => Of(x => x.Equals(zeros_like(x)) ? x : -x), ReadsValue("Tensor.Equals")),
        ["a weight that is made in forward"] = (() => new Generating(), "Cannot export the model, Generating.forward (RefusedForwards.cs): it gives a module another tensor (Linear.weight). Call the function (functional.linear, functional.conv2d) with the tensor instead."),
        ["writing through a view of a parameter that came of the input"] = (() => new WithParameter((scale, input) => scale.type_as(input).mul_(2)), Lambda + "Tensor.mul_ writes to a view of a parameter or buffer of the model. Clone it first."),
        ["modules made in forward"] = (() => Of(x => nn.ReLU().call(x)), "Cannot export module 'ReLU.ReLU', ReLU.forward (CaptureRefusalTests.cs): it calls a module (ReLU) that is another one in the next run. Make modules in the constructor, and call the same ones for every size."),
        ["a batch axis that goes where the batch is 1"] = (() => Of(x => x.squeeze() * 2), "Cannot export the model, Tensor.squeeze (CaptureRefusalTests.cs): its result has so many axes: 2 at N = 2, 1 at N = 1. Name the axes, as squeeze(1) in place of squeeze(), or make the axis static."),
        ["hooks on a layer whose call is its own"] = (() => new Hooked(), "Cannot export the model, Hooked.forward (RefusedForwards.cs): LSTM has forward hooks, and its call is taken as a whole. Remove the hooks, and do in forward what they do."),
        ["no result"] = (() => new Returning(_ => null), "Cannot export the model: forward returns no tensor. Return a tensor, or a tuple, array or list of tensors."),
        ["a dictionary"] = (() => new Returning(x => new Dictionary<string, Tensor> { ["a"] = x + 1 }), "Cannot export the model: forward returns Dictionary, which is no tensor. Return a tensor, or a tuple, array or list of tensors."),
        ["a number"] = (() => new Returning(x => x.shape[1]), "Cannot export the model: forward returns Int64, which is no tensor. Return a tensor, or a tuple, array or list of tensors."),
        ["results that are not computed yet"] = (() => new Returning(x => Enumerable.Range(1, 3).Select(i => x * i)), "Cannot export the model: forward returns a sequence that is computed only when it is read. Return an array or list: call ToArray()."),
        ["a mask that picks the same in every run"] = (() => Of(x => x[x.isfinite()]), "Cannot export the model, Tensor.this[] (CaptureRefusalTests.cs): its size depends on the data, and in every run it was one that could as well be fixed: 6 at N = 2, 15 at N = 5. Give an example with which it varies."),
        ["as many results as the batch"] = (() => new Returning(x => x.split(1)), "Cannot export the model, Tensor.split (CaptureRefusalTests.cs): it gives so many tensors: 2 at N = 2, 5 at N = 5. Make the number of tensors independent of the input."),
    };

    public static TheoryData<string> RowNames => [.. Rows.Keys];

    [Theory]
    [MemberData(nameof(RowNames))]
    public void Export_refuses_and_says_where_and_what_to_write_instead(string row)
    {
        using DisposeScope scope = NewDisposeScope();
        nn.Module module = Rows[row].Module(); // not disposed of: TorchSharp's Dispose does not survive a cycle
        Action export = () => OnnxExporter.Export(module, TestInput.Float(4, 3).Example("input").Tensor);
        string message = export.Should().Throw<CaptureRefusedException>().Which.Message;
        Regex.Replace(message, @"\.cs:\d+", ".cs").Should().Be(Rows[row].Message);
    }

    [Fact]
    public void A_refusal_knows_module_file_and_line()
    {
        using nn.Module module = new Nested(new Gate());
        Action export = () => OnnxExporter.Export(module, TestInput.Float(4, 3).Example("input").Tensor);
        CaptureRefusedException refusal = export.Should().Throw<CaptureRefusedException>().Which;
        string line = File.Exists(RefusedForwards.SourceFile) ? File.ReadLines(RefusedForwards.SourceFile).ElementAt(refusal.Line - 1) : "ToSingle";
        (refusal.ModulePath, refusal.File).Should().Be(("body.encoder.gate", "RefusedForwards.cs"));
        line.Should().Contain("ToSingle");
    }

    private static string ReadsValue(string how) =>
        $"{Lambda}the value of a tensor that depends on the input flows into C# code ({how}) and would be frozen. Compute with tensors throughout: torch.where instead of if, masks instead of loops over values.";
}
