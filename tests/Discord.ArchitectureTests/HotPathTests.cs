using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Xunit;

namespace Discord.ArchitectureTests;

/// <summary>
/// What runs for each recipient of an event, or for each packet of voice, says so in its summary, and keeps to it: no MediatR, no LINQ, no closure, no boxing, no async
/// state machine, no log line. Who takes the words away, or adds a method without them, is stopped by the list below.
/// </summary>
public sealed partial class HotPathTests
{
    private const string Voice = "Discord.Modules.Voice";

    private static readonly string[] s_words = ["Runs for each recipient", "Runs for each packet", "Runs for each datagram"];

    private static readonly OpCode[] s_opcodes = [.. typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!)];

    /// <summary>An event's way to a socket, in order; then a packet's.</summary>
    public static TheoryData<string, string> Steps => new()
    {
        { "GuildStream", "Visit" },
        { "GatewayDispatcher", "Visit" },
        { "GatewaySession", "Enqueue" },
        { "DispatchPayload", "WriteFrame" },
        { "WebSocketFrames", "WriteHeader" },
        { "LinuxPort", "Datagram" },
        { "MediaThread", "Handle" },
        { "MediaThread", "HandleMedia" },
        { "MediaThread", "TryForward" },
        { "Leg", "IsNew" },
        { "ReplayWindow", "IsNew" },
        { "RtpSizeCipher", "TryUnprotect" },
        { "XSalsa20", "TryUnprotect" },
        { "Leg", "Take" },
        { "Leg", "Hear" },
        { "Shard", "Take" },
        { "Shard", "Forward" },
        { "ActiveSpeakers", "Refuse" },
        { "Leg", "Send" },
        { "Leg", "SendPlain" },
        { "RtpSizeCipher", "Protect" },
        { "Aes256Gcm", "Seal" },
        { "Aes256Gcm", "TryOpen" },
        { "XSalsa20", "Protect" },
        { "LinuxPort", "Space" },
        { "LinuxPort", "Send" },
    };

    public static TheoryData<string, string> Marked
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (type, method) in FindMarked())
                data.Add(type, method);
            return data;
        }
    }

    [Theory, MemberData(nameof(Steps))]
    public void A_step_that_runs_for_each_recipient_says_so(string type, string method) =>
        Assert.True(FindMarked().Contains((type, method)), $"{type}.{method} runs for each recipient: write '{s_words[0]}', or packet, above it, and what it may not do.");

    [Theory, MemberData(nameof(Marked))]
    public void What_runs_for_each_recipient_does_nothing_that_costs_much(string type, string method)
    {
        var found = new[] { Product.Host, Voice }.SelectMany(assembly => Assembly.Load(assembly).GetTypes())
            .Where(candidate => TopLevel(candidate).Name.Split('`')[0] == type)
            .SelectMany(candidate => candidate.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(candidate => candidate.Name == method && !candidate.IsAbstract)
            .ToList();
        Assert.NotEmpty(found);
        Assert.All(found, candidate =>
        {
            Assert.Null(candidate.GetCustomAttribute<AsyncStateMachineAttribute>());
            Product.AssertNone(Instructions(candidate).Select(Objection).OfType<string>());
        });
    }

    // The member that follows the words: their line, the rest of the comment, then the declaration.
    private static HashSet<(string Type, string Method)> FindMarked()
    {
        var marked = new HashSet<(string, string)>();
        foreach (var file in Product.Sources(".cs").Where(file => Product.Relative(file) is var path && (path.StartsWith(Product.Host, StringComparison.Ordinal) || path.StartsWith("Modules/Voice", StringComparison.Ordinal))))
        {
            var lines = File.ReadAllLines(file);
            var type = "";
            for (var i = 0; i < lines.Length; i++)
            {
                if (TypeName().Match(lines[i]) is { Success: true } declared)
                    type = declared.Groups[1].Value;
                if (!s_words.Any(words => lines[i].Contains(words, StringComparison.Ordinal)))
                    continue;
                var declaration = lines.Skip(i + 1).First(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && !line.TrimStart().StartsWith('['));
                if (!declaration.Contains(" abstract ", StringComparison.Ordinal))
                    marked.Add((type, MethodName().Match(declaration).Groups[1].Value));
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

    // At the left margin: what is nested belongs to it.
    [GeneratedRegex(@"^(?:\w+ )+(?:class|struct|interface) (\w+)")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"(\w+)(?:<\w+>)?\(")]
    private static partial Regex MethodName();
}
