using System.Reflection;
using Discord.BuildingBlocks.Api;
using Discord.BuildingBlocks.Storage;
using Discord.BuildingBlocks.Streams;
using MediatR;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Discord.BuildingBlocks;

/// <summary>One module of the monolith. The host makes each once, in the order of its list in Program.cs.</summary>
public interface IModule
{
    /// <summary>As in configuration keys and table prefixes: "Messaging".</summary>
    string Name { get; }

    /// <summary>Registers what the module needs. Reads only its own section of <paramref name="configuration"/>.</summary>
    void AddServices(IServiceCollection services, IConfiguration configuration);

    /// <summary>Maps what is served outside of the API: files. Paths from the root.</summary>
    void Map(IEndpointRouteBuilder routes)
    {
    }
}

/// <summary>What a module does once, after the stores are open and before the first request.</summary>
public interface IStartup
{
    ValueTask StartAsync(CancellationToken cancellationToken);
}

public static class ModuleHosting
{
    /// <summary>Adds the modules: their services, request handlers, endpoints, outbox consumers, commit projections and migrations, found by reflection.</summary>
    public static IServiceCollection AddModules(this IServiceCollection services, IConfiguration configuration, IReadOnlyList<IModule> modules)
    {
        services.AddSingleton(modules);
        services.AddSingleton<ServiceFactory>(provider => type => provider.GetService(type)!);
        services.AddSingleton<IMediator, Mediator>();
        services.AddSingleton<Lanes>();
        services.AddSingleton<Relay>();
        services.AddSingleton<SnowflakeGenerator>();
        foreach (var module in modules)
        {
            AddByRole(services, module.GetType().Assembly);
            services.AddSingleton(Migrations.Of(module.Name, module.GetType().Assembly));
            module.AddServices(services, configuration.GetSection(module.Name));
        }

        return services;
    }

    // MediatR 5.1.0 ships no registration of its own. Everything is a singleton: state lives in the stores and homes, never in a handler.
    private static void AddByRole(IServiceCollection services, Assembly assembly)
    {
        foreach (var type in assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false }))
        {
            foreach (var role in type.GetInterfaces().Where(IsRole))
            {
                services.TryAddSingleton(type);
                services.AddSingleton(role, provider => provider.GetRequiredService(type));
            }
        }
    }

    private static bool IsRole(Type contract) =>
        contract == typeof(IEndpoint) || contract == typeof(IOutboxConsumer) || contract == typeof(ICommitProjection) || contract == typeof(IStartup)
        || (contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequestHandler<,>));
}
