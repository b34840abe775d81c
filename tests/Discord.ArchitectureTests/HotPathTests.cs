using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Discord.ArchitectureTests;

/// <summary>
/// What runs for each recipient of an event says so in its summary, and keeps to it: no MediatR, no LINQ, no closure, no boxing, no async
/// state machine, no log line. Who takes the words away, or adds a method without them, is stopped by the list below.
/// </summary>
public sealed partial class HotPathTests
{
    private const string Words = "Runs for each recipient";

    private static readonly OpCode[] s_opcodes = [.. typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!)];

    /// <summary>An event's way to a socket, in order.</summary>
    public static TheoryData<string, string> Steps => new()
    {
        { "GuildStream", "Visit" },
        { "GatewayDispatcher", "Visit" },
        { "GatewaySession", "Enqueue" },
        { "DispatchPayload", "WriteFrame" },
        { "WebSocketFrames", "WriteHeader" },
    };

    public static TheoryData<string, string> Marked
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (file, method) in FindMarked())
                data.Add(file, method);
            return data;
        }
    }

    [Theory, MemberData(nameof(Steps))]
    public void A_step_that_runs_for_each_recipient_says_so(string file, string method) =>
        Assert.True(FindMarked().Contains((file, method)), $"{file}.{method} runs for each recipient: write '{Words}' above it, and what it may not do.");

    [Theory, MemberData(nameof(Marked))]
    public void What_runs_for_each_recipient_does_nothing_that_costs_much(string file, string method)
    {
        var found = Assembly.Load(Product.Host).GetTypes()
            .Where(type => TopLevel(type).Name.Split('`')[0] == file)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(candidate => candidate.Name == method)
            .ToList();
        Assert.NotEmpty(found);
        Assert.All(found, candidate =>
        {
            Assert.Null(candidate.GetCustomAttribute<AsyncStateMachineAttribute>());
            Product.AssertNone(Instructions(candidate).Select(Objection).OfType<string>());
        });
    }

    // The member that follows the words: their line, the rest of the comment, then the declaration.
    private static HashSet<(string File, string Method)> FindMarked()
    {
        var marked = new HashSet<(string, string)>();
        foreach (var file in Product.Sources(".cs").Where(file => Product.Relative(file).StartsWith(Product.Host, StringComparison.Ordinal)))
        {
            var lines = File.ReadAllLines(file);
            for (var i = 0; i < lines.Length; i++)
            {
                if (!lines[i].Contains(Words, StringComparison.Ordinal))
                    continue;
                var declaration = lines.Skip(i + 1).First(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && !line.TrimStart().StartsWith('['));
                marked.Add((Path.GetFileNameWithoutExtension(file), MethodName().Match(declaration).Groups[1].Value));
            }
        }

        return marked;
    }

    private static Type TopLevel(Type type) => type.DeclaringType is { } outer ? TopLevel(outer) : type;

    private static string? Objection((OpCode Code, MethodBase? Called) instruction)
    {
        if (instruction.Code == OpCodes.Box)
            return "It boxes a value.";
        if (instruction.Called is not { DeclaringType: { } type } called)
            return null;
        if (type.Namespace is { } space && (space.StartsWith("MediatR", StringComparison.Ordinal) || space.StartsWith("System.Linq", StringComparison.Ordinal) || space.StartsWith("Microsoft.Extensions", StringComparison.Ordinal)))
            return $"It calls {type}.{called.Name}.";
        return called.IsConstructor && type.Name.Contains("DisplayClass", StringComparison.Ordinal) ? "It makes a closure." : null;
    }

    private static IEnumerable<(OpCode Code, MethodBase? Called)> Instructions(MethodInfo method)
    {
        var il = method.GetMethodBody()!.GetILAsByteArray()!;
        for (var at = 0; at < il.Length;)
        {
            short value = il[at++];
            if (value == 0xFE)
                value = unchecked((short)(0xFE00 | il[at++]));
            var code = Array.Find(s_opcodes, opcode => opcode.Value == value);
            MethodBase? called = null;
            if (code.OperandType == OperandType.InlineMethod)
                called = method.Module.ResolveMethod(BitConverter.ToInt32(il, at), method.DeclaringType!.GetGenericArguments(), method.GetGenericArguments());
            yield return (code, called);
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
                _ => 4,
            };
        }
    }

    [GeneratedRegex(@"(\w+)(?:<\w+>)?\(")]
    private static partial Regex MethodName();
}
