<#-- What META-INF/THIRD-PARTY.txt of the jar with everything is made from. -->
This jar is the command line of SyncGuard, under the licence in META-INF/LICENSE,
together with the libraries below, under theirs. META-INF/licenses has the texts:
what a library brings itself is in a folder of its name, the others share
Apache-2.0.txt, MIT.txt and BSD-3-Clause.txt with COPYRIGHTS.txt.

<#list dependencyMap as entry>
<#assign library = entry.getKey()>
${library.groupId}:${library.artifactId}:${library.version}
    ${entry.getValue()?join(", ")}<#if library.url?has_content>
    ${library.url}</#if>
</#list>
