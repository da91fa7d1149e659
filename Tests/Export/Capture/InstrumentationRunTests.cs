using System.Runtime.CompilerServices;
using OnnxInit.Export.Capture.Instrumentation;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Capture;

/// <summary>A run as a whole: its exceptions, threads, lines and speed.</summary>
public class InstrumentationRunTests
{
    [Fact]
    public void Exceptions_come_through_as_they_were_thrown()
    {
        var thrown = new InvalidOperationException("mine");

        var act = () => CallLog.Of(new Func<Tensor, Tensor>(x => Fail(x.neg(), thrown)), ones(1));

        act.Should().ThrowExactly<InvalidOperationException>().Which.Should().BeSameAs(thrown);
        thrown.StackTrace.Should().Contain($"{nameof(InstrumentationRunTests)}.{nameof(Fail)}");
        Recording.Current.Should().BeNull();
    }

    [Fact]
    public void A_null_receiver_is_the_null_reference_that_it_is()
    {
        nn.Module<Tensor, Tensor>? none = null;

        FluentActions.Invoking(() => CallLog.Of(new Func<Tensor, Tensor>(x => none!.call(x)), ones(1))).Should().ThrowExactly<NullReferenceException>();
    }

    [Fact]
    public void Threads_record_each_for_itself_and_share_the_code()
    {
        var logs = new CallLog[8];
        var threads = Enumerable.Range(0, logs.Length).Select(i => new Thread(() =>
        {
            using var model = nn.Sequential(nn.Linear(4, 4), nn.ReLU());
            using var input = ones(3, 4);
            logs[i] = new CallLog();
            for (var round = 0; round < 20; round++)
            {
                CallLog.Run(new Func<Tensor, Tensor>(x => Repeat(model, x, i)), logs[i], null, input);
            }
        })).ToList();

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        for (var i = 0; i < logs.Length; i++)
        {
            logs[i].Calls.Where(call => call == "Linear.forward").Should().HaveCount(20 * i);
            logs[i].Calls.Where(call => call == "Tensor.op_Addition").Should().HaveCount(20 * i);
        }
    }

    [Fact]
    public void Lines_of_calls_are_those_of_the_source()
    {
        var line = Line();
        var (_, log) = CallLog.Of(
            new Func<Tensor, Tensor>(x =>
            {
                x = x + 1;
                x = Enumerable.Range(0, 1)
                    .Select(i => x * i).First();
                foreach (var y in Parts(x))
                {
                    x = x - y;
                }

                return x
                    .neg()
                    .sin();
            }),
            ones(1));

        log.Sites.Zip(log.Calls, (site, call) => $"{call} {SourceLines.Find(site.Caller, site.Offset)!.Line - line}").Should().Equal(
            "Tensor.op_Addition 4", "Tensor.op_Multiply 6", $"Tensor.exp {PartsLine - line}", "Tensor.op_Subtraction 9", "Tensor.neg 12", "Tensor.sin 12");
        SourceLines.Find(log.Sites[0].Caller, log.Sites[0].Offset)!.File.Should().Be("InstrumentationRunTests.cs");
    }

    [Fact]
    public void Code_without_symbols_has_no_lines()
    {
        SourceLines.Find(typeof(object).GetMethod(nameof(ToString))!, 0).Should().BeNull();
        SourceLines.Find(typeof(nn.Module).GetMethod(nameof(nn.Module.eval))!, 0).Should().BeNull();
    }

    [Fact]
    public void Static_constructors_run_before_their_methods()
    {
        var (result, _) = CallLog.Of(new Func<Tensor, Tensor>(x => Initialized.Run(x)), ones(1));

        ((Tensor)result!).item<float>().Should().Be(8);
    }

    [Fact]
    public void A_method_that_is_TorchSharps_or_the_frameworks_can_be_run_too()
    {
        using var linear = nn.Linear(1, 1);
        var (_, log) = CallLog.Of(new Func<Tensor, Tensor>(linear.call), ones(1));

        log.Calls.Should().Equal("Linear.forward");
        CallLog.Of(new Func<double, double>(Math.Sqrt), 4.0).Result.Should().Be(2.0);
    }

    private static int PartsLine => Line() + 4;

    private static IEnumerable<Tensor> Parts(Tensor x)
    {
        yield return x.exp();
    }

    private static int Line([CallerLineNumber] int line = 0) => line;

    private static Tensor Fail(Tensor x, Exception exception) => x.IsInvalid ? x : throw exception;

    private static Tensor Repeat(nn.Module<Tensor, Tensor> model, Tensor x, int count)
    {
        for (var i = 0; i < count; i++)
        {
            x = model.call(x) + x;
        }

        return x;
    }

    private static class Initialized
    {
        public static readonly List<int> Values = [];

        static Initialized()
        {
            Values.Add(7);
        }

        public static Tensor Run(Tensor x) => x + Count();

        private static int Count() => Values.Count == 0 ? 0 : Values[0];
    }
}
