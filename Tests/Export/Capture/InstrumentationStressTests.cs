using System.Reflection;
using System.Reflection.Emit;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OnnxInit.Export.Capture.Instrumentation;

namespace OnnxInit.Tests.Export.Capture;

/// <summary>Any IL there is can be copied: that of the framework is, and the JIT takes it.</summary>
public class InstrumentationStressTests
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    [Theory]
    [InlineData("System.Linq")]
    [InlineData("System.Collections")]
    [InlineData("System.Text.Json")]
    public void Bodies_of_the_framework_compile(string assembly) => AssertCompiles(Assembly.Load(assembly));

    [Theory(Explicit = true)]
    [Trait("Category", "Slow")]
    [InlineData("System.Private.CoreLib")]
    [InlineData("System.Linq.Expressions")]
    [InlineData("System.Private.Xml")]
    [InlineData("System.Collections.Immutable")]
    [InlineData("System.Collections.Concurrent")]
    [InlineData("System.Reflection.Metadata")]
    [InlineData("System.Net.Http")]
    [InlineData("System.Text.RegularExpressions")]
    public void Bodies_of_more_of_the_framework_compile(string assembly) => AssertCompiles(Assembly.Load(assembly));

    [Fact]
    public void A_serializer_of_the_framework_writes_the_same()
    {
        var data = Enumerable.Range(0, 20).Select(i => new Dictionary<string, object?>
        {
            ["number"] = i,
            ["mixed"] = new object?[] { 1.5, i, null, true },
            ["text"] = "x\u00e9\"" + i,
            ["nested"] = new { X = i, When = new DateTime(2020, 1, 1).AddDays(i) },
        }).ToList();
        var serialize = new Func<List<Dictionary<string, object?>>, JsonSerializerOptions, string>(JsonSerializer.Serialize).Method;
        var instrumenter = new Instrumenter(new CodeOrigins(typeof(JsonSerializer).Assembly));
        var log = new CallLog();

        var text = InstrumentedCode.Run(serialize, null, [data, new JsonSerializerOptions(Indented)], log, null, instrumenter);

        text.Should().Be(JsonSerializer.Serialize(data, Indented));
        log.Entered.Should().HaveCountGreaterThan(1000);
    }

    private static void AssertCompiles(Assembly assembly)
    {
        var instrumenter = new Instrumenter(new CodeOrigins(assembly));
        var failures = new List<string>();
        var compiled = JitInfo.GetCompiledMethodCount(currentThread: true);
        var count = 0;
        foreach (var method in Methods(assembly))
        {
            try
            {
                var body = instrumenter.Body(method);
                if (body.Refusal is { } refusal)
                {
                    failures.AddRange(
                        refusal.Seen.StartsWith("its IL", StringComparison.Ordinal) ? [$"{method.DeclaringType}.{method.Name}: {refusal.Seen}"] : []);
                }
                else if (body.Code is { } code)
                {
                    count++;
                    Compile(code);
                }
            }
            catch (Exception exception)
            {
                failures.Add($"{method.DeclaringType}.{method.Name}: {exception}");
            }
        }

        foreach (var thunk in instrumenter.Thunks)
        {
            try
            {
                Compile(thunk.Code);
            }
            catch (Exception exception)
            {
                failures.Add($"{thunk.Code.Name}: {exception}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{assembly.GetName().Name}: {count} bodies, {instrumenter.Thunks.Count()} thunks");
        failures.Should().BeEmpty();
        (JitInfo.GetCompiledMethodCount(currentThread: true) - compiled).Should().BeGreaterThanOrEqualTo(count + instrumenter.Thunks.Count());
    }

    /// <summary>As making a delegate does, which would want a new type for each unusual signature.</summary>
    private static void Compile(DynamicMethod code) => RuntimeHelpers.PrepareMethod(Handle(code));

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "GetMethodDescriptor")]
    private static extern RuntimeMethodHandle Handle(DynamicMethod code);

    /// <summary>All methods with a body, closed over strings or numbers where they are generic.</summary>
    private static IEnumerable<MethodBase> Methods(Assembly assembly) =>
        from type in assembly.GetTypes()
        let closed = Close(type)
        where closed is not null
        from method in closed.GetMethods(Declared).Cast<MethodBase>().Concat(closed.GetConstructors(Declared))
        let runnable = Close(method)
        where runnable is { IsAbstract: false } && !CallRoutes.HasPointerToFunction(runnable) && !(runnable.IsConstructor && runnable.IsStatic) && runnable.GetMethodBody() is not null
        select runnable;

    private static Type? Close(Type type)
    {
        if (!type.ContainsGenericParameters)
        {
            return type;
        }

        foreach (var argument in new[] { typeof(string), typeof(int) })
        {
            try
            {
                return type.MakeGenericType([.. type.GetGenericArguments().Select(_ => argument)]);
            }
            catch (ArgumentException)
            {
            }
        }

        return null;
    }

    private static MethodBase? Close(MethodBase method)
    {
        if (method is not MethodInfo { IsGenericMethodDefinition: true } open)
        {
            return method;
        }

        foreach (var argument in new[] { typeof(string), typeof(int) })
        {
            try
            {
                return open.MakeGenericMethod([.. open.GetGenericArguments().Select(_ => argument)]);
            }
            catch (ArgumentException)
            {
            }
        }

        return null;
    }
}
