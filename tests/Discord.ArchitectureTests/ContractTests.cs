using System.Reflection;
using System.Text.RegularExpressions;
using System.Runtime.CompilerServices;
using Discord.Protocol.Gateway;
using MediatR;
using Xunit;

namespace Discord.ArchitectureTests;

/// <summary>What modules say to each other: unchangeable records, each request answered once, each event with a name for the wire.</summary>
public sealed partial class ContractTests
{
    private static readonly Type[] s_changeable = [typeof(List<>), typeof(Dictionary<,>), typeof(HashSet<>), typeof(Queue<>), typeof(IList<>), typeof(IDictionary<,>), typeof(ISet<>), typeof(ICollection<>)];

    public static TheoryData<string> Contracts() => Product.Theory(Product.Contracts);

    // Interfaces in Contracts are doors into a home (IChannelHome); what travels is a class or a struct.
    [Theory, MemberData(nameof(Contracts))]
    public void Contracts_cannot_be_changed_after_they_were_made(string contracts)
    {
        var travelling = Product.Visible(contracts).Where(type => !type.IsInterface && !type.IsEnum).ToList();
        Assert.NotEmpty(travelling);
        var settable = travelling.SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Where(property => property.SetMethod is { IsPublic: true } set && !IsInitOnly(set))
            .Select(property => $"{property.DeclaringType}.{property.Name} can be set: make it init-only.");
        var fields = travelling.SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Instance))
            .Where(field => !field.IsInitOnly)
            .Select(field => $"{field.DeclaringType}.{field.Name} is a field that can be set.");
        var collections = travelling.SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Where(property => property.PropertyType.IsArray || (property.PropertyType.IsGenericType && s_changeable.Contains(property.PropertyType.GetGenericTypeDefinition())))
            .Select(property => $"{property.DeclaringType}.{property.Name} is a {property.PropertyType.Name}: use IReadOnlyList, IReadOnlyCollection or IReadOnlyDictionary.");
        Product.AssertNone(settable.Concat(fields).Concat(collections));
    }

    [Theory, MemberData(nameof(Contracts))]
    public void Contracts_are_sealed(string contracts) =>
        Assert.All(Product.Visible(contracts).Where(type => type.IsClass), type => Assert.True(type.IsSealed, $"{type} can be derived from."));

    /// <remarks>Not only in the module of the same name: what Guilds asks of whoever keeps messages is a contract of Guilds, answered by Messaging.</remarks>
    [Theory, MemberData(nameof(Contracts))]
    public void Every_request_of_a_contract_has_exactly_one_handler(string contracts)
    {
        var handlers = Product.Modules.SelectMany(module => Assembly.Load(module).GetTypes())
            .SelectMany(type => type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequestHandler<,>)).Select(i => (Request: i.GetGenericArguments()[0], Handler: type)))
            .ToLookup(pair => pair.Request, pair => pair.Handler);
        var requests = Product.Visible(contracts).Where(type => type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRequest<>))).ToList();
        Assert.NotEmpty(requests);
        Product.AssertNone(requests.Where(request => handlers[request].Count() != 1)
            .Select(request => $"{request} has {handlers[request].Count()} handlers: {string.Join(", ", handlers[request].Select(type => type.Name))}."));
    }

    [Theory, MemberData(nameof(Contracts))]
    public void Contracts_hold_no_notifications_because_what_happened_goes_through_the_outbox(string contracts) =>
        Assert.DoesNotContain(Product.Visible(contracts), type => type.IsAssignableTo(typeof(INotification)));

    [Fact]
    public void Every_event_has_a_name_in_capitals_and_stands_sealed_in_a_contract()
    {
        var events = Product.Implementing(typeof(GatewayEvent)).ToList();
        Assert.True(events.Count >= 20, $"Only {events.Count} events were found.");
        Assert.All(events, type =>
        {
            // Nothing of an event but its type is needed for its name.
            var name = ((GatewayEvent)RuntimeHelpers.GetUninitializedObject(type)).Name;
            Assert.True(Capitals().IsMatch(name), $"{type} is called '{name}' on the wire.");
            Assert.True(type.IsSealed && Product.Contracts.Contains(type.Assembly.GetName().Name!), $"{type} belongs, sealed, into a Contracts project.");
        });
    }

    [GeneratedRegex("^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$")]
    private static partial Regex Capitals();

    private static bool IsInitOnly(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
}
